/** What a session is opened with. Owns this shape only. */
import type { DoorLimits } from '../http/limits.js';
import type { Connector } from '../manifest/connector.js';

export interface SessionOptions {
  readonly connector: Connector;
  readonly baseUrl: string;
  /** all fields that the person filled in, by name */
  readonly secret: Readonly<Record<string, string>>;
  readonly allowLoopback: boolean;
  readonly allowPrivate?: boolean;
  readonly limits?: Partial<DoorLimits>;
  readonly signal?: AbortSignal | undefined;
  /** keeps the manifest's limits on loopback too, where a simulator would only be slowed down; for tests of pacing */
  readonly paceLoopback?: boolean;
}
