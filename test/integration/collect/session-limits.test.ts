import { describe, expect, it } from 'vitest';
import { gives } from './hostile-server.js';
import { failure, sent, serve, sign } from './session-stage.js';

describe('limits', () => {
  const slow = { requests: 5, per: 1, concurrency: 2 };

  it('are kept however many requests come at once', async () => {
    const server = await serve({});
    const times: number[] = [];
    const session = await sign(server, { hosts: { main: { limit: slow } } }, {}, { paceLoopback: true });

    await Promise.all(Array.from({ length: 12 }, async () => { await session.ask('main', { path: '/things' }); times.push(Date.now()); }));

    times.sort((a, b) => a - b);
    expect(times[11]! - times[0]!).toBeGreaterThanOrEqual(2_000);
    for (let first = 0; first + 6 < times.length; first += 1) expect(times[first + 6]! - times[first]!).toBeGreaterThan(900);
  });

  it('of a type are its own, and do not slow the others', async () => {
    const server = await serve({});
    const session = await sign(server, {}, {}, { paceLoopback: true });
    const own = { name: 'slow', rule: { requests: 1, per: 3_600, concurrency: 1 } };

    await session.ask('main', { path: '/things' }, own);
    const error = await failure(session.ask('main', { path: '/things' }, own));
    await session.ask('main', { path: '/things' });

    expect([error.code, Number(error.details['retryAfterMs']) > 3_500_000]).toEqual(['PLB-COLLECT-006', true]);
    expect(server.asked).toHaveLength(2);
  });

  it('are learnt', async () => {
    const server = await serve({});
    const session = await sign(server, { hosts: { main: { limit: { requests: 1, per: 60, learn: { from: 'things', take: 'limits.perMinute' } } } } }, {}, { paceLoopback: true });

    session.learn('things', [{ limits: { perMinute: 600 } }]);
    await Promise.all(Array.from({ length: 20 }, () => session.ask('main', { path: '/things' })));

    expect(server.asked).toHaveLength(20);
  });

  it('slow no simulator down', async () => {
    const server = await serve({});
    const session = await sign(server, { hosts: { main: { limit: { requests: 1, per: 3_600 } } } });

    await Promise.all(Array.from({ length: 5 }, () => session.ask('main', { path: '/things' })));

    expect(server.asked).toHaveLength(5);
  });

  it('that the platform tells stop that host for all, and no other', async () => {
    const server = await serve({ '/things': gives({}, 429, { 'retry-after': '600' }), '/@o.example.com/things': gives({}) });
    const session = await sign(server, { hosts: { other: { base: 'https://o.example.com' } } });

    const first = await failure(session.ask('main', { path: '/things' }));
    const second = await failure(session.ask('main', { path: '/things' }));
    const other = await session.ask('other', { path: '/things' });

    expect([first.code, first.details['retryAfterMs'], second.code, other.status]).toEqual(['PLB-COLLECT-006', 600_000, 'PLB-COLLECT-006', 200]);
    expect(sent(server, '/things')).toHaveLength(1);
  });

  it('that are no limits are told after ten refusals: the one entry that is never available, among others that are', async () => {
    const server = await serve({ '/dead': gives({}, 503) });
    const codes: string[] = [];

    // each pause ends a session; the next one goes on
    for (let tries = 0; tries < 11; tries += 1) {
      const session = await sign(server, {});
      await session.ask('main', { path: '/things' });
      codes.push((await failure(session.ask('main', { path: '/dead' }))).code);
      session.close();
    }

    expect(codes).toEqual([...Array.from({ length: 10 }, () => 'PLB-COLLECT-006'), 'PLB-COLLECT-014']);
  });

  it('are known by the words of the manifest, and the reserve of the day is left alone', async () => {
    const server = await serve({ '/things': [gives({}, 200, { 'sforce-limit-info': 'api-usage=4600/5000' }), gives({})], '/busy': gives([{ errorCode: 'REQUEST_LIMIT_EXCEEDED' }], 403) });
    const throttle = { also: [{ status: 403, bodyHas: 'REQUEST_LIMIT_EXCEEDED' }], cooldown: 60, quota: { header: 'Sforce-Limit-Info', used: 'api-usage', reserve: 0.1 } };
    const busy = await failure((await sign(server, { hosts: { main: { throttle } } })).ask('main', { path: '/busy' }));
    const session = await sign(server, { hosts: { main: { throttle } } });

    await session.ask('main', { path: '/things' });
    const spent = await failure(session.ask('main', { path: '/things' }));

    expect([busy.code, busy.details['retryAfterMs']]).toEqual(['PLB-COLLECT-006', 60_000]);
    expect([spent.code, spent.details['retryAfterMs']]).toEqual(['PLB-COLLECT-006', 3_600_000]);
    expect(sent(server, '/things')).toHaveLength(1);
  });
});
