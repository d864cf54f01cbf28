/**
 * Owns: a real n8n of a test's own: started on loopback, with an owner, a member and a key for each. Does not own: getting
 * it from npm (n8n-install.ts) and what it holds (n8n-seed.ts).
 *
 * It ends with `stop()`, and also by itself when the test process dies.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../../src/runtime/ports.js';
import { cleanEnvironment, startTethered, type TetheredProcess } from '../../../src/runtime/demo/tethered-process.js';
import { createApiKey, joinAsMember, ownerSession, signIn, type N8nPerson, type N8nSession } from './n8n-session.js';

export { installN8n, N8N_VERSION, NEWEST_N8N_VERSION } from './n8n-install.js';
export { createManyWorkflows, seedN8n, type SeededN8n } from './n8n-seed.js';
export { saveDraft } from './n8n-session.js';

export interface RunningN8n {
  readonly url: string;
  readonly owner: N8nPerson;
  readonly member: N8nPerson;
  /** Of the owner, with every right. */
  readonly apiKey: string;
  /** Of a member who owns nothing: lists are empty, credentials are refused. */
  readonly memberApiKey: string;
  /** The owner's signed-in session, for what only the editor can do. */
  readonly session: N8nSession;
  readonly pid: number;
  readonly folder: string;
  readonly readyMs: number;
  stop(): Promise<void>;
}

export interface N8nStart {
  /** What `installN8n` returned. */
  readonly installFolder: string;
  /** The node that it needs; our own when absent. */
  readonly node?: string | undefined;
  /** Kept by `stop()` when given; a temporary one is made and deleted otherwise. */
  readonly folder?: string | undefined;
  readonly port?: number | undefined;
}

interface Kept {
  readonly owner: N8nPerson;
  readonly member: N8nPerson;
  readonly encryptionKey: string;
  readonly apiKey?: string;
  readonly memberApiKey?: string;
}

/** Starts n8n and waits until its API answers with both keys. Nothing is left running on failure. */
export async function startN8n({ installFolder, node, folder: given, port: wanted }: N8nStart): Promise<RunningN8n> {
  const began = Date.now();
  const folder = given ?? (await mkdtemp(join(tmpdir(), 'plumbline-n8n-')));
  const kept = await keptIn(folder);
  const port = wanted ?? (await freePort());
  const child = await startTethered({
    node,
    script: join(installFolder, 'node_modules', 'n8n', 'bin', 'n8n'),
    args: ['start'],
    folder,
    logFile: join(folder, 'n8n.log'),
    env: cleanEnvironment(environment(folder, port, await freePort(), kept)),
  });
  const stop = async (): Promise<void> => {
    await child.stop();
    if (given === undefined) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const url = `http://127.0.0.1:${port}`;
    await waitUntilReady(url, child);
    const readyMs = Date.now() - began;
    const people = await peopleAndKeys(url, folder, kept);
    return { url, owner: kept.owner, member: kept.member, ...people, pid: child.pid, folder, readyMs, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function keptIn(folder: string): Promise<Kept> {
  const known = await readFile(join(folder, 'access.json'), 'utf8').then((text) => JSON.parse(text) as Kept, () => null);
  if (known !== null) return known;
  const password = (): string => `Aa1${randomBytes(12).toString('hex')}`;
  const kept = {
    owner: { email: 'olive@brackenfield.test', password: password() },
    member: { email: 'mary@brackenfield.test', password: password() },
    encryptionKey: randomBytes(24).toString('hex'),
  };
  await writeFile(join(folder, 'access.json'), JSON.stringify(kept), { mode: 0o600 });
  return kept;
}

/** Two ports on loopback (the second for its task runner), one SQLite file, and nobody outside to be asked. */
function environment(folder: string, port: number, brokerPort: number, { encryptionKey }: Kept): NodeJS.ProcessEnv {
  const off = [
    'N8N_DIAGNOSTICS_ENABLED', 'N8N_VERSION_NOTIFICATIONS_ENABLED', 'N8N_TEMPLATES_ENABLED', 'N8N_PERSONALIZATION_ENABLED',
    'N8N_HIRING_BANNER_ENABLED', 'N8N_DYNAMIC_BANNERS_ENABLED', 'N8N_LICENSE_AUTO_RENEW_ENABLED', 'N8N_COMMUNITY_PACKAGES_ENABLED',
    'N8N_VERIFIED_PACKAGES_ENABLED', 'N8N_SECURE_COOKIE',
  ];
  return {
    ...Object.fromEntries(off.map((name) => [name, 'false'])),
    NODE_ENV: 'production',
    N8N_USER_FOLDER: folder,
    N8N_HOST: '127.0.0.1',
    N8N_LISTEN_ADDRESS: '127.0.0.1',
    N8N_PORT: String(port),
    N8N_RUNNERS_BROKER_LISTEN_ADDRESS: '127.0.0.1',
    N8N_RUNNERS_BROKER_PORT: String(brokerPort),
    N8N_ENCRYPTION_KEY: encryptionKey,
    N8N_PUBLIC_API_SWAGGERUI_DISABLED: 'true',
    DB_TYPE: 'sqlite',
    GENERIC_TIMEZONE: 'UTC',
  };
}

async function waitUntilReady(url: string, child: TetheredProcess): Promise<void> {
  const until = Date.now() + 180_000;
  while (Date.now() < until) {
    if (child.hasExited()) throw await startFailure('ended while starting', child);
    if ((await answers(`${url}/healthz/readiness`)) && (await answers(`${url}/rest/settings`))) return;
    await sleep(100);
  }
  throw await startFailure('did not answer within 180 s', child);
}

/** The log goes away with the temporary folder, so its end travels with the error. */
async function startFailure(what: string, { logFile }: TetheredProcess): Promise<Error> {
  const log = await readFile(logFile, 'utf8').catch(() => '');
  return new Error(`n8n ${what}. The end of its log:\n${log.slice(-2_000)}`);
}

function answers(url: string): Promise<boolean> {
  return fetch(url, { signal: AbortSignal.timeout(5_000) }).then((answer) => answer.ok, () => false);
}

async function peopleAndKeys(url: string, folder: string, kept: Kept): Promise<{ session: N8nSession; apiKey: string; memberApiKey: string }> {
  const session = await ownerSession(url, kept.owner);
  if (kept.apiKey !== undefined && kept.memberApiKey !== undefined) return { session, apiKey: kept.apiKey, memberApiKey: kept.memberApiKey };
  const apiKey = await createApiKey(session, 'plumbline');
  const memberSession = await joinAsMember(session, kept.member).catch(() => signIn(url, kept.member));
  const memberApiKey = await createApiKey(memberSession, 'member');
  await writeFile(join(folder, 'access.json'), JSON.stringify({ ...kept, apiKey, memberApiKey }), { mode: 0o600 });
  return { session, apiKey, memberApiKey };
}
