/** Our own Node processes as parts. Owns: spawning them, waiting for "ready". Does not own: what they do. */
import { setTimeout as sleep } from 'node:timers/promises';
import { PlumblineError } from '../model/errors.js';
import { isChildMessage, type ChildMessage } from './child-messages.js';
import { startChild, type Child } from './child-process.js';
import type { DataFolder } from './data-folder.js';
import type { RunningPart } from './supervised.js';

export interface NodeChild extends RunningPart {
  readonly child: Child;
  readonly detail: string;
}

export interface NodeChildOptions {
  readonly name: string;
  readonly script: string;
  readonly env: NodeJS.ProcessEnv;
  readonly graceMs: number;
  readonly readyMs?: number;
}

function firstMessage(child: Child): Promise<ChildMessage> {
  return new Promise((resolve) => child.process.on('message', (message) => (isChildMessage(message) ? resolve(message) : undefined)));
}

async function awaitReady(child: Child, options: NodeChildOptions): Promise<string> {
  const deadline = options.readyMs ?? 60_000;
  const failed = (message: string): ChildMessage => ({ type: 'failed', code: null, message });
  const answer = await Promise.race([
    firstMessage(child),
    // The message of a child that fails arrives just before its end; give it the chance to be the one we read.
    child.ended.then(async (reason) => (await sleep(100), failed(`ended while starting (${reason})`))),
    sleep(deadline, failed(`did not become ready in ${deadline / 1000} s`), { ref: false }),
  ]);
  if (answer.type === 'ready') return answer.detail;
  await child.stop({ graceMs: 1_000 });
  throw new PlumblineError(answer.code ?? 'PLB-INTERNAL-001', answer.code ? answer.message : `The ${options.name} ${answer.message}; its log is ${child.logFile}.`, { logFile: child.logFile });
}

export async function startNodeChild(folder: DataFolder, options: NodeChildOptions): Promise<NodeChild> {
  const child = await startChild(folder, { name: options.name, command: process.execPath, args: ['--enable-source-maps', options.script], env: options.env, ipc: true });
  const detail = await awaitReady(child, options);
  return { child, detail, ended: child.ended, stop: () => child.stop({ graceMs: options.graceMs }) };
}
