import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBudget, createSlots, memoryOf, takeTurn, waitOrPause } from '../../../src/collect/engine/pacing.js';
import { pauseOf, quotaIsLow } from '../../../src/collect/engine/throttle.js';
import type { DoorAnswer } from '../../../src/collect/http/door.js';
import type { PlumblineError } from '../../../src/model/errors.js';
import type { ThrottleRule } from '../../../src/collect/manifest/auth-schema.js';

const FOREVER = Number.POSITIVE_INFINITY;
const answer = (status: number, headers: Record<string, string> = {}, body = ''): DoorAnswer => ({ status, headers, cookies: [], body: Buffer.from(body) });
const NOW = Date.parse('2026-11-22T12:00:00Z');
const rule = (parts: Partial<ThrottleRule>): ThrottleRule => ({ also: [], ...parts });

describe('a budget of requests', () => {
  it('never lets more leave in any window than the limit says, whatever the rhythm of asking', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 120 }), fc.integer({ min: 1, max: 120 }), fc.array(fc.oneof({ weight: 8, arbitrary: fc.constant(0) }, { weight: 2, arbitrary: fc.integer({ min: 0, max: 500 }) }, { weight: 1, arbitrary: fc.integer({ min: 0, max: 200_000 }) }), { minLength: 1, maxLength: 400, size: 'max' }), (requests, per, gaps) => {
      const budget = createBudget({ requests, per });
      let now = NOW;
      const left = gaps.map((gap) => { now += gap; return now + budget.book(now, FOREVER); }).sort((a, b) => a - b);

      for (let first = 0; first + requests < left.length; first += 1) expect(left[first + requests]! - left[first]!).toBeGreaterThanOrEqual(per * 1000 - 1);
    }));
  });

  it('uses at least four fifths of what is allowed when there is much to ask', () => {
    const budget = createBudget({ requests: 45, per: 60 });
    const waits = Array.from({ length: 450 }, () => budget.book(NOW, FOREVER));

    expect(waits.slice(0, 9).every((wait) => wait === 0)).toBe(true);
    expect(waits.at(-1)! / 60_000).toBeLessThan(450 / (45 * 0.8));
  });

  it('books nothing when the wait is longer than may be waited', () => {
    const budget = createBudget({ requests: 1, per: 600 });
    budget.book(NOW, FOREVER);

    const refused = [budget.book(NOW, 20_000), budget.book(NOW, 20_000)];

    expect(refused).toEqual([600_000, 600_000]);
    expect(budget.book(NOW + 600_000, 20_000)).toBe(0);
  });

  it('takes the true number when the platform tells it, and no nonsense', () => {
    const budget = createBudget({ requests: 1, per: 60 });
    budget.learn(Number.NaN);
    budget.learn(0);
    budget.learn(-5);
    budget.learn(600);

    expect(Array.from({ length: 120 }, () => budget.book(NOW, FOREVER)).every((wait) => wait === 0)).toBe(true);
  });

  it('is the same for the next session with the same key, and another for another key or host', () => {
    const limit = { requests: 10, per: 60 };
    const one = memoryOf({ origin: 'https://a.example.com', name: 'main', secret: { key: '1' } }, limit);

    expect(memoryOf({ origin: 'https://a.example.com', name: 'main', secret: { key: '1' } }, limit)).toBe(one);
    expect(memoryOf({ origin: 'https://a.example.com', name: 'main', secret: { key: '2' } }, limit)).not.toBe(one);
    expect(memoryOf({ origin: 'https://b.example.com', name: 'main', secret: { key: '1' } }, limit)).not.toBe(one);
    expect(memoryOf({ origin: 'https://a.example.com', name: 'main:slow', secret: { key: '1' } }, limit)).not.toBe(one);
  });
});

describe('waiting', () => {
  it('gives a wait of more than 20 s back to whoever can wait without holding a worker', async () => {
    const started = Date.now();

    await expect(waitOrPause(20_001, { host: 'a.example.com', why: 'full', signal: new AbortController().signal })).rejects.toMatchObject({ code: 'PLB-COLLECT-006', details: { retryAfterMs: 20_001 } });

    expect(Date.now() - started).toBeLessThan(1_000);
  });

  it('for a budget of a day lasts until many requests are free, but no longer than an hour at a time', async () => {
    const [daily, hourly] = [createBudget({ requests: 2_000, per: 86_400 }), createBudget({ requests: 100, per: 3_600 })];
    const at = { host: 'a.example.com', signal: new AbortController().signal };
    for (let taken = 0; taken < 400; taken += 1) await takeTurn(daily, at);
    for (let taken = 0; taken < 20; taken += 1) await takeTurn(hourly, at);

    const pauses = await Promise.all([daily, hourly].map((budget) => takeTurn(budget, at).then(() => 0, (error: PlumblineError) => Number(error.details['retryAfterMs']))));

    expect(pauses[0]).toBe(3_600_000);
    expect(pauses[1]).toBeGreaterThan(880_000);
    expect(pauses[1]).toBeLessThan(890_000);
  });

  it('ends at once when the scan is stopped, with the reason', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error('stopped by a person')), 20);

    await expect(waitOrPause(15_000, { host: 'a.example.com', why: 'full', signal: controller.signal })).rejects.toThrow('stopped by a person');
  });

  it('runs as many at once as allowed, in order, and goes on after a failure', async () => {
    const slots = createSlots(2);
    let busy = 0;
    let most = 0;
    const order: number[] = [];

    const results = await Promise.allSettled(Array.from({ length: 9 }, (_each, index) => slots.run(async () => {
      busy += 1;
      most = Math.max(most, busy);
      order.push(index);
      await new Promise((resolve) => { setTimeout(resolve, 5); });
      busy -= 1;
      if (index % 3 === 0) throw new Error('broken');
    })));

    expect(most).toBe(2);
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(results.filter((result) => result.status === 'rejected')).toHaveLength(3);
  });
});

describe('what an answer says about waiting', () => {
  const at = { now: NOW, refusals: 0, ofThis: 0, chance: 0 };

  it.each<[string, DoorAnswer, Partial<ThrottleRule>, number | 'broken' | null]>([
    ['an answer as usual', answer(200), {}, null],
    ['429 in seconds', answer(429, { 'retry-after': '7' }), {}, 7_000],
    ['503 in seconds', answer(503, { 'retry-after': '7' }), {}, 7_000],
    ['a date', answer(429, { 'retry-after': 'Sun, 22 Nov 2026 12:00:30 GMT' }), {}, 30_000],
    ['no time at all', answer(429, { 'retry-after': '0' }), {}, 1_000],
    ['ten years', answer(429, { 'retry-after': '315360000' }), {}, 900_000],
    ['a negative time', answer(429, { 'retry-after': '-5' }), {}, 10_000],
    ['nothing', answer(429), {}, 10_000],
    ['nothing, with a fixed cool-down', answer(429), { cooldown: 30 }, 30_000],
    ['a time, with a fixed cool-down', answer(429, { 'retry-after': '2' }), { cooldown: 30 }, 2_000],
    ['a reset time', answer(429, { 'x-ratelimit-reset': String(NOW / 1000 + 45) }), { resetHeader: 'X-RateLimit-Reset', cooldown: 5 }, 45_000],
    ['a reset time that has passed', answer(429, { 'x-ratelimit-reset': String(NOW / 1000 - 45) }), { resetHeader: 'X-RateLimit-Reset' }, 1_000],
    ['a reset time in another spelling', answer(429, { 'x-ratelimit-reset': '30' }), { resetHeader: 'X-RateLimit-Reset', cooldown: 5 }, 5_000],
    ['the same status with the words of a limit', answer(403, {}, '[{"errorCode":"REQUEST_LIMIT_EXCEEDED"}]'), { also: [{ status: 403, bodyHas: 'request_limit_exceeded' }], cooldown: 60 }, 60_000],
    ['the same status with other words', answer(403, {}, '[{"errorCode":"INSUFFICIENT_ACCESS"}]'), { also: [{ status: 403, bodyHas: 'request_limit_exceeded' }] }, null],
  ])('%s', (_what, got, throttle, expected) => {
    expect(pauseOf(got, rule(throttle), at)).toBe(expected);
  });

  it('doubles its guess with each refusal in a row up to two minutes, and spreads it', () => {
    const guesses = [0, 1, 2, 3, 4, 9].map((refusals) => pauseOf(answer(503), undefined, { now: NOW, refusals, ofThis: 0, chance: 0 }));

    expect(guesses).toEqual([10_000, 20_000, 40_000, 80_000, 120_000, 120_000]);
    expect(pauseOf(answer(503), undefined, { now: NOW, refusals: 0, ofThis: 0, chance: 1 })).toBe(12_000);
  });

  it('takes a server that stays unavailable without a word for broken, a busy one never', () => {
    const late = { now: NOW, refusals: 10, ofThis: 10, chance: 0 };

    expect(pauseOf(answer(503), undefined, late)).toBe('broken');
    expect(pauseOf(answer(503, { 'retry-after': '5' }), undefined, late)).toBe(5_000);
    expect(pauseOf(answer(429), undefined, late)).toBe(120_000);
  });

  it.each([
    ['api-usage=18/5000', false], ['api-usage=4600/5000', true], ['api-usage=5100/5000', true], ['api-usage=4500/5000', false], ['per-app-api-usage=1/250; api-usage=4999/5000', true],
    ['per-app-api-usage=249/250', false], ['api-usage=many', false], ['api-usage=1/0', false], ['', false],
  ])('reads the quota of the day from %s', (header, low) => {
    expect(quotaIsLow(answer(200, { 'sforce-limit-info': header }), { header: 'Sforce-Limit-Info', used: 'api-usage', reserve: 0.1 })).toBe(low);
  });
});
