/** What a sign-in may use. Owns this shape only. */
import type { Door } from '../../http/door.js';
import type { Connector } from '../../manifest/connector.js';
import type { Given } from '../given.js';
import type { HostBook } from '../hosts.js';

export interface SignInDesk {
  readonly connector: Connector;
  readonly secret: Given;
  readonly hosts: HostBook;
  /** the host that is signed in to, at the address that the manifest or the person gave */
  readonly door: Door;
  /** the typed address */
  readonly main: Door;
  /** a door to an address of the manifest; closed with the session */
  doorTo(address: URL): Door;
}
