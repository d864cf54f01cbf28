/** What a trial of a connector tells, and what it works on. Owns these shapes only. */
import type { Connector } from '../manifest/connector.js';
import type { FixtureSet } from './fixture.js';
import type { ReadResult } from './read-set.js';

/** `nothing`: the fixture has nothing that this could be tried on; said, never counted as held. */
export interface Trial {
  readonly name: string;
  readonly state: 'held' | 'broken' | 'nothing' | 'written';
  readonly lines: readonly string[];
}
export interface Bench {
  readonly connector: Connector;
  readonly set: string;
  readonly fixture: FixtureSet;
  readonly first: ReadResult;
}

export const trial = (name: string, lines: readonly string[]): Trial => ({ name, state: lines.length === 0 ? 'held' : 'broken', lines });
export const nothing = (name: string, why: string): Trial => ({ name, state: 'nothing', lines: [why] });
