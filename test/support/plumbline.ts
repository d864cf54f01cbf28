/** The whole of Plumbline as a person starts it: `bin/plumbline up` in a folder of its own. Owns starting and stopping it, and whatever it started. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheFolderOf } from '../../src/runtime/configuration.js';
import { resolveChromium, type ChromiumInstall } from '../../src/runtime/chromium.js';
import { projectPaths } from '../../src/runtime/paths.js';
import { freePort } from '../../src/runtime/ports.js';

export interface TestPlumbline {
  readonly url: string;
  /** one-time link for the first administrator; null when somebody has an account */
  readonly firstAdminUrl: string | null;
  /** all that it printed for people */
  readonly printed: string;
  readonly home: string;
  readonly port: number;
  readonly pid: number;
  readonly chromium: ChromiumInstall;
  /** Ctrl+C; resolves with the exit code when it and its parts are gone. Deletes the folder unless told to keep it. */
  stop(options?: { keep?: boolean }): Promise<number | null>;
  /** kill -9 of the supervisor alone */
  kill(): Promise<void>;
}

export interface TestPlumblineOptions {
  readonly demo?: boolean;
  /** a folder of an earlier start */
  readonly home?: string;
  readonly port?: number;
  readonly env?: NodeJS.ProcessEnv;
}

const READY = /Plumbline is ready: (\S+)/;
const LINK = /(http\S+\/setup#\S+)/;
const START_LIMIT_MS = 120_000;

export async function startTestPlumbline(options: TestPlumblineOptions = {}): Promise<TestPlumbline> {
  const home = options.home ?? (await mkdtemp(join(tmpdir(), 'plumbline-up-')));
  const port = options.port ?? (await freePort());
  const args = ['up', ...(options.demo === true ? [] : ['--no-demo'])];
  const env = { ...process.env, ...options.env, PLUMBLINE_HOME: home, PLUMBLINE_PORT: String(port), LOG_LEVEL: 'info' };
  const child = spawn(process.execPath, [join(projectPaths().root, 'bin', 'plumbline'), ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve) => void child.once('exit', resolve));
  const output = await untilReady(child, ended);
  const chromium = await resolveChromium({ cacheFolder: cacheFolderOf(process.env) });
  return {
    url: READY.exec(output)![1]!,
    firstAdminUrl: LINK.exec(output)?.[1] ?? null,
    printed: output,
    home,
    port,
    pid: child.pid!,
    chromium,
    async stop({ keep = false } = {}) {
      child.kill('SIGINT');
      const code = await ended;
      if (!keep) await rm(home, { recursive: true, force: true, maxRetries: 5 });
      return code;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function untilReady(child: ChildProcess, ended: Promise<number | null>): Promise<string> {
  let output = '';
  const ready = new Promise<void>((resolve) => {
    const read = (chunk: Buffer): void => {
      output += chunk.toString('utf8');
      if (READY.test(output) && output.includes('Stop with Ctrl+C')) resolve();
    };
    child.stdout!.on('data', read);
    child.stderr!.on('data', read);
  });
  const failed = ended.then((code) => {
    throw new Error(`plumbline up ended with ${code}:\n${output}`);
  });
  const late = new Promise<never>((_resolve, reject) => {
    setTimeout(() => reject(new Error(`plumbline up was not ready in ${START_LIMIT_MS / 1000} s:\n${output}`)), START_LIMIT_MS).unref();
  });
  await Promise.race([ready, failed, late]).catch((error: unknown) => {
    child.kill('SIGINT');
    throw error;
  });
  failed.catch(() => undefined);
  return output;
}
