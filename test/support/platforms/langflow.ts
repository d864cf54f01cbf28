/**
 * Owns: a real Langflow of a test's own: started on loopback, with an administrator and a member and a key for each. Does not own:
 * getting it from PyPI (langflow-install.ts) and what it holds (langflow-seed.ts).
 *
 * It ends with `stop()`, and also by itself when the test process dies.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cleanEnvironment, startTethered, type TetheredProcess } from '../../../src/runtime/demo/tethered-process.js';
import { freePort } from '../../../src/runtime/ports.js';

export interface RunningLangflow {
  readonly url: string;
  /** of a superuser */
  readonly apiKey: string;
  /** of an ordinary user */
  readonly memberApiKey: string;
  readonly readyMs: number;
  stop(): Promise<void>;
}

/** Python in the group of a node that is tethered to us: with it, it goes. */
const LAUNCHER = `const { spawn } = require('node:child_process');
const [python, ...args] = process.argv.slice(2);
const child = spawn(python, args, { stdio: ['ignore', 'inherit', 'inherit'] });
child.on('exit', (code) => process.exit(code ?? 1));
`;

function environment(folder: string, password: string): NodeJS.ProcessEnv {
  return {
    // without an address of its own the database lies in the package's folder, and the next instance finds the people of this one
    HOME: folder, LANGFLOW_CONFIG_DIR: folder, LANGFLOW_DATABASE_URL: `sqlite:///${join(folder, 'langflow.db')}`, LANGFLOW_AUTO_LOGIN: 'false', LANGFLOW_SUPERUSER: 'admin', LANGFLOW_SUPERUSER_PASSWORD: password,
    DO_NOT_TRACK: 'true', LANGFLOW_DO_NOT_TRACK: 'true', LANGFLOW_STORE: 'false', LANGFLOW_OPEN_BROWSER: 'false',
    LANGFLOW_CREATE_STARTER_PROJECTS: 'false', LANGFLOW_UPDATE_STARTER_PROJECTS: 'false', LANGFLOW_LOAD_BUNDLE_URLS: '[]', PYTHONUNBUFFERED: '1',
  };
}

interface Call {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: unknown;
}

export async function callLangflow<T>(url: string, { method, path, headers, body }: Call): Promise<T> {
  const isForm = body instanceof URLSearchParams;
  const response = await fetch(`${url}${path}`, {
    method, headers: { ...(body === undefined || isForm ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`Langflow answered ${response.status} to ${method} ${path}`);
  return (await response.json()) as T;
}

async function keyOf(url: string, username: string, password: string): Promise<string> {
  const { access_token: token } = await callLangflow<{ access_token: string }>(url, { method: 'POST', path: '/api/v1/login', headers: {}, body: new URLSearchParams({ username, password }) });
  const { api_key: key } = await callLangflow<{ api_key: string }>(url, { method: 'POST', path: '/api/v1/api_key/', headers: { authorization: `Bearer ${token}` }, body: { name: 'plumbline' } });
  return key;
}

async function waitUntilReady(url: string, child: TetheredProcess): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if (child.hasExited()) throw new Error(`Langflow ended while starting. Its log ends:\n${(await readFile(child.logFile, 'utf8')).slice(-1_500)}`);
    if (await fetch(`${url}/health`).then((response) => response.ok, () => false)) return;
    await sleep(500);
  }
  throw new Error('Langflow was not ready within five minutes.');
}

/** `python` is what `installLangflow` returned. Nothing is left running on failure. */
export async function startLangflow(python: string): Promise<RunningLangflow> {
  const began = Date.now();
  const folder = await mkdtemp(join(tmpdir(), 'plumbline-langflow-'));
  const [port, password, memberPassword] = [await freePort(), `Aa1-${randomBytes(12).toString('hex')}`, `Aa1-${randomBytes(12).toString('hex')}`];
  const launcher = join(folder, 'launch.cjs');
  await writeFile(launcher, LAUNCHER);
  const child = await startTethered({
    script: launcher, folder, logFile: join(folder, 'langflow.log'), env: cleanEnvironment(environment(folder, password)),
    args: [python, '-m', 'langflow', 'run', '--host', '127.0.0.1', '--port', String(port), '--no-open-browser', '--backend-only'],
  });
  const stop = async (): Promise<void> => {
    await child.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const url = `http://127.0.0.1:${port}`;
    await waitUntilReady(url, child);
    const readyMs = Date.now() - began;
    const apiKey = await keyOf(url, 'admin', password);
    const member = await callLangflow<{ id: string }>(url, { method: 'POST', path: '/api/v1/users/', headers: { 'x-api-key': apiKey }, body: { username: 'mary@brackenfield.test', password: memberPassword } });
    await callLangflow(url, { method: 'PATCH', path: `/api/v1/users/${member.id}`, headers: { 'x-api-key': apiKey }, body: { is_active: true } });
    return { url, apiKey, memberApiKey: await keyOf(url, 'mary@brackenfield.test', memberPassword), readyMs, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
