/**
 * Records golden histories: `npx tsx test/replay/record.ts [story...]`. Each recording is a new file `<story>.<n>.json`; earlier ones stay, because
 * cycles that began under them may still be running somewhere. Delete one only when no such cycle can be left.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { cacheFolderOf } from '../../src/runtime/configuration.js';
import { resolveTestServer } from '../../src/runtime/temporal-binary.js';
import { openTimeSkipping, withWorker, writeBundle } from '../support/temporal.js';
import { STORIES, type Desk } from './stories.js';

const FOLDER = join(import.meta.dirname, 'histories');

async function record(env: TestWorkflowEnvironment, workflowBundlePath: string, name: string): Promise<string> {
  const story = STORIES[name];
  if (!story) throw new Error(`There is no story ${name}. There are: ${Object.keys(STORIES).join(', ')}.`);
  const desk: Desk = { standing: 'open' };
  const workflowId = `golden-${name}`;
  await withWorker({ env, workflowBundlePath, activities: story.activities(desk) }, async (taskQueue) => {
    const args = [story.input(await env.currentTimeMs())];
    const handle = await env.client.workflow.start(story.workflow, { args, taskQueue, workflowId, workflowExecutionTimeout: '400 days' });
    await story.during?.(handle, env, desk);
    // A workflow that is meant to fail has a history as well.
    await handle.result().catch(() => undefined);
  });
  const history = historyToJSON(await env.client.workflow.getHandle(workflowId).fetchHistory());
  let number = 1;
  while (existsSync(join(FOLDER, `${name}.${number}.json`))) number += 1;
  const file = join(FOLDER, `${name}.${number}.json`);
  await writeFile(file, `${withoutMachine(history)}\n`);
  return file;
}

/** Names of the recording machine and process say nothing about the workflow. */
function withoutMachine(history: string): string {
  return JSON.stringify(JSON.parse(history, (key, value: unknown) => (key === 'identity' ? 'recorder' : key === 'stackTrace' ? undefined : value)));
}

const { path } = await resolveTestServer({ cacheFolder: cacheFolderOf(process.env) });
const folder = await mkdtemp(join(tmpdir(), 'plumbline-record-'));
const env = await openTimeSkipping(path);
try {
  const bundle = await writeBundle(folder);
  const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(STORIES);
  for (const name of names) process.stdout.write(`${await record(env, bundle, name)}\n`);
} finally {
  await env.teardown();
  await rm(folder, { recursive: true, force: true });
}
