/** Teams and their members: a type that loops over another. Owns no test. */
import { rows } from './walk-fixtures.js';
import type { Platform, Seen } from './walk-fixtures.js';

const TEAMS = { teams: { get: '/teams', key: 'id' } };
export const members = (more: Record<string, unknown> = {}): Record<string, Record<string, unknown>> => ({
  ...TEAMS, members: { get: '/teams/{team}/members', forEach: { of: 'teams', bind: { key: 'id', team: 'id', teamName: 'name' }, limit: 500 }, ...more },
});
export const teamOf = (seen: Seen): string => seen.path.split('/')[2] ?? '';
export const platformOf = (count: number, answer: Platform): Platform => (seen) => (seen.path === '/teams' ? { body: rows(count) } : answer(seen));
export const two: Platform = (seen) => ({ body: [{ id: `${teamOf(seen)}-a` }, { id: `${teamOf(seen)}-b` }] });
