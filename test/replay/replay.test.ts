import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeterminismViolationError } from '@temporalio/workflow';
import { Worker } from '@temporalio/worker';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { quietRuntime } from '../support/temporal.js';
import { STORIES } from './stories.js';

const FOLDER = join(import.meta.dirname, 'histories');
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.json')).sort();

interface RecordedHistory {
  events: { eventType: string; activityTaskScheduledEventAttributes?: { activityType: { name: string } } }[];
}

function read(name: string): RecordedHistory {
  return JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as RecordedHistory;
}

function replay(history: RecordedHistory): Promise<void> {
  return Worker.runReplayHistory({ workflowBundle: { codePath: inject('workflowBundlePath') } }, history, 'replayed');
}

beforeAll(quietRuntime);

describe('workflows as they are now', () => {
  it.each(FILES)('replay the recorded history %s', async (name) => {
    await expect(replay(read(name))).resolves.toBeUndefined();
  });

  it('have a recording of every story', () => {
    expect(new Set(FILES.map((name) => name.split('.')[0]))).toEqual(new Set(Object.keys(STORIES)));
  });

  it('would be caught if they took another way: a recording with another step does not replay', async () => {
    const history = read('scan-completed.1.json');
    const first = history.events.find((event) => event.activityTaskScheduledEventAttributes)!;
    first.activityTaskScheduledEventAttributes!.activityType.name = 'somethingElse';

    await expect(replay(history)).rejects.toThrow(DeterminismViolationError);
  });
});
