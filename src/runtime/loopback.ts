/** Whether platforms on this machine itself may be read. Owns that one rule. */
import type { Configuration } from './configuration.js';

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

/**
 * Yes while the portal itself can be reached only from this machine: whoever can type an address here sits here. Served to
 * others, a loopback address would let them ask services that only this machine can see.
 */
export function mayReadLoopback(configuration: Pick<Configuration, 'host'>): boolean {
  return LOOPBACK.has(configuration.host);
}
