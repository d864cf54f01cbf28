import { afterEach, describe, expect, it } from 'vitest';
import { preflight, probe } from '../../../src/collect/index.js';
import { ERRORS } from '../../../src/model/errors.js';
import { connectorOf } from '../../unit/collect/session-connector.js';
import { gives, play, startHostileServer } from './hostile-server.js';
import type { HostileServer, Script } from './hostile-server.js';

const open: HostileServer[] = [];
afterEach(async () => { await Promise.all(open.splice(0).map((server) => server.stop())); });

const busy = (seconds: string, status = 429) => gives({}, status, { 'retry-after': seconds });
const resource = (title: string, get: string) => ({ title, get, items: 'data', key: 'id', right: `read ${title}` });

async function look(script: Script) {
  const server = await startHostileServer(play(script));
  open.push(server);
  const connector = connectorOf({ resources: { things: resource('Things', '/things'), users: resource('Users', '/users'), tags: resource('Tags', '/tags') } });
  return { server, options: { connector, baseUrl: server.url, secret: {}, allowLoopback: true } };
}

describe('a platform that asks to wait while it is being connected', () => {
  it.each([
    ['90', 429, '90 s'], ['240', 429, '4 minutes'], ['240', 503, '4 minutes'], ['7300', 429, '15 minutes'],
  ])('with Retry-After %s and %i is told at once, with how long and what to do', async (seconds, status, words) => {
    const { server, options } = await look({ '/things': busy(seconds, status) });
    const startedAt = Date.now();

    const [probed, looked] = await Promise.all([probe(options), preflight(options)].map((work) => work.then(() => null, (error: unknown) => error)));

    expect(probed).toMatchObject({ code: 'PLB-COLLECT-016', message: expect.stringContaining(`asks to wait ${words} before it answers`) as string });
    expect(looked).toMatchObject({ code: 'PLB-COLLECT-016' });
    expect((probed as Error).message).not.toContain('the scan goes on');
    expect(ERRORS['PLB-COLLECT-016'].next).toContain('try again');
    expect(Date.now() - startedAt).toBeLessThan(5_000);
    expect(server.asked.length).toBeLessThanOrEqual(2);
  });

  it('in the middle of a look keeps what was seen, asks for nothing more and says how long', async () => {
    const { server, options } = await look({ '/things': gives({ data: [] }), '/users': busy('90'), '/tags': gives({ data: [] }) });

    const entries = await preflight(options);

    expect(entries.map(({ type, state }) => [type, state])).toEqual([['things', 'granted'], ['users', 'not-asked'], ['tags', 'not-asked']]);
    expect(entries[1]!.reason).toMatch(/^127\.0\.0\.1:\d+ asks to wait 90 s before it answers; look again then$/);
    expect(entries[2]!.reason).toBe(entries[1]!.reason);
    expect(server.asked.map(({ url }) => url)).toEqual(['/things', '/users']);
  });
});
