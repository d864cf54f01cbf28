import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoId, startTestNodeRed, type TestNodeRed } from '../../support/platforms/node-red.js';

let platform: TestNodeRed;
let notes: string;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'plumbline-probe-'));
  notes = join(folder, 'notes.txt');
  const probe = join(import.meta.dirname, '../../support/platforms/outbound-probe.cjs');
  process.env['PLUMBLINE_PROBE'] = notes;
  platform = await startTestNodeRed({ nodeArgs: ['--require', probe] });
});

afterAll(async () => {
  await platform?.stop();
  await rm(folder, { recursive: true, force: true });
});

const noted = async (): Promise<string[]> => (await readFile(notes, 'utf8').catch(() => '')).split('\n').filter((line) => line !== '');

/** Its own listening address is looked up when the server starts. */
const outward = (lines: readonly string[]): string[] => lines.filter((line) => !/^lookup 127\.0\.0\.1$/.test(line));

describe('the demo flows at run time', () => {
  it('reach out to nobody for half a minute', async () => {
    await sleep(30_000);

    expect(outward(await noted())).toEqual([]);
  });

  it('end at a closed door of this machine even when somebody sets a call off', async () => {
    await platform.api.press(demoId('stock.start'));

    await expect.poll(async () => outward(await noted()).length, { timeout: 10_000 }).toBeGreaterThan(0);
    expect(outward(await noted()).filter((line) => !/^(connect|lookup) 127\.0\.0\.1(:9)?$/.test(line))).toEqual([]);
  });
});
