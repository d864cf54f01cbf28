/** What a start begins with and ends in. Owns shapes only; start.ts fills them. */
import type { Configuration } from './configuration.js';
import type { DataFolder } from './data-folder.js';
import type { DemoEstate } from './demo/index.js';
import type { Progress } from './progress.js';

export interface StartOptions {
  readonly configuration: Configuration;
  readonly demo: boolean;
  readonly progress?: Progress;
  /** Ends a start that is under way: what has begun is stopped, then the start rejects. */
  readonly signal?: AbortSignal;
}

export interface RunningPlumbline {
  /** Settings with the addresses that were chosen, as the children got them. */
  readonly configuration: Configuration;
  readonly folder: DataFolder;
  readonly address: string;
  readonly ownerUrl: string;
  readonly appUrl: string;
  readonly demo: DemoEstate | null;
  /** One-time link while nobody has an account. */
  readonly firstAdminUrl: string | null;
  readonly parts: PartVersions;
  /** Everything is stopped in order, once; further calls wait for the same end. */
  stop(): Promise<void>;
}

export interface PartVersions {
  readonly temporal: string;
  readonly postgres: string;
  readonly schema: string;
}

export interface Stoppable {
  readonly name: string;
  stop(): Promise<void>;
}

/** A start that is under way. */
export interface Start {
  readonly configuration: Configuration;
  readonly folder: DataFolder;
  readonly progress: Progress;
  readonly started: Stoppable[];
}
