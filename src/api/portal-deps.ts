/** What the portal is given to work with. Owns the list; src/runtime fills it. */
import type { Client } from '@temporalio/client';
import type { FastifyBaseLogger } from 'fastify';
import type { Auth } from '../identity/index.js';
import type { Store } from '../store/index.js';
import type { LimitFigures } from './limits.js';
import type { HealthPart } from './schemas.js';

export type { HealthPart } from './schemas.js';

export interface PortalDeps {
  readonly configuration: { readonly host: string; readonly port: number; readonly baseUrl: string; readonly home: string };
  readonly store: Store;
  readonly temporal: Client;
  readonly auth: Auth;
  /** 32 bytes each */
  readonly keys: { readonly secrets: Uint8Array; readonly links: Uint8Array; readonly fingerprints: Uint8Array; readonly checkpoint: Uint8Array };
  readonly packsRoot: string;
  readonly templatesRoot: string;
  /** the built portal: index.html and assets/ */
  readonly portalFolder: string;
  /** true while mail goes to the built-in catcher */
  readonly mailCaught: boolean;
  /** the parts beside the portal; asked at every health request */
  readonly parts: () => Promise<HealthPart[]>;
  readonly allowLoopback: boolean;
  readonly logger: FastifyBaseLogger;
  readonly blobFolder: string;
  readonly tenantId: string;
  /** stops and deletes the demo platform; called after it was disconnected */
  readonly removeDemo: () => Promise<void>;
  /** lower in tests */
  readonly limits?: LimitFigures;
}
