import { afterEach, describe, expect, test } from 'vitest';
import type { FastifyBaseLogger } from 'fastify';
import { createNews, type News } from '../../../src/api/news.js';

const logger = { warn: () => undefined } as unknown as FastifyBaseLogger;
const opened: News[] = [];
function news(retryMs: number): News {
  const made = createNews(logger, retryMs);
  opened.push(made);
  return made;
}

afterEach(() => opened.splice(0).forEach((one) => one.close()));

function failingTimes(failures: number): { attempt: () => Promise<void>; tries: () => number } {
  let tries = 0;
  const attempt = async (): Promise<void> => {
    tries += 1;
    if (tries <= failures) throw new Error('away');
  };
  return { attempt, tries: () => tries };
}

describe('telling the engine what was stored', () => {
  test('what arrives at once is told once', async () => {
    const told = failingTimes(0);

    const arrived = await news(5).tell('a', told.attempt);

    await new Promise((resolve) => { setTimeout(resolve, 40); });
    expect([arrived, told.tries()]).toEqual([true, 1]);
  });

  test('what does not arrive is tried again until it does, and then no more', async () => {
    const told = failingTimes(3);

    const arrived = await news(5).tell('a', told.attempt);

    expect(arrived).toBe(false);
    await expect.poll(told.tries, { timeout: 2000 }).toBe(4);
    await new Promise((resolve) => { setTimeout(resolve, 40); });
    expect(told.tries()).toBe(4);
  });

  test('looking at the subject tries at once', async () => {
    const told = failingTimes(1);
    const waiting = news(60_000);
    await waiting.tell('assessment:1:submitted', told.attempt);

    await waiting.retry('assessment:2');
    expect(told.tries()).toBe(1);
    await waiting.retry('assessment:1');

    expect(told.tries()).toBe(2);
  });

  test('a newer word under the same key replaces the older', async () => {
    const [older, newer] = [failingTimes(99), failingTimes(1)];
    const waiting = news(60_000);
    await waiting.tell('schedule:1', older.attempt);

    await waiting.tell('schedule:1', newer.attempt);
    await waiting.retry('schedule:1');

    expect([older.tries(), newer.tries()]).toEqual([1, 2]);
  });
});
