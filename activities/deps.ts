/** What activities are given to work with. Owns the list; src/runtime fills it. */
import type { MailTransport } from '../src/remind/index.js';
import type { Renderer, SigningIdentity } from '../src/report/index.js';
import type { Store } from '../src/store/index.js';

/** The part of a pino logger that is used. */
export interface ActivityLogger {
  debug(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

export interface ActivityDeps {
  readonly store: Store;
  readonly packsRoot: string;
  readonly templatesRoot: string;
  /** 32 bytes each */
  readonly keys: { readonly secrets: Uint8Array; readonly links: Uint8Array; readonly fingerprints: Uint8Array };
  /** finished PDFs, `<first two of the hash>/<hash>.pdf` */
  readonly blobFolder: string;
  /** where people reach the portal; the only source of mailed links */
  readonly baseUrl: string;
  /** asked for each mail, so that it can be opened late and replaced */
  mailTransport(): MailTransport | Promise<MailTransport>;
  /** `Name <address>` */
  readonly mailFrom: string;
  /** asked for each report: Chromium is found when the first is made */
  renderer(): Promise<Renderer>;
  /** made once per installation */
  readonly signing: SigningIdentity | (() => Promise<SigningIdentity>);
  readonly allowLoopback: boolean;
  /** how long entries of platforms' own logs are kept; absent = 400 */
  readonly logDays?: number;
  now(): Date;
  /** names the code that reads and judges; absent = a digest of its files */
  readonly program?: string;
  readonly logger: ActivityLogger;
}
