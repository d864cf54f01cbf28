/**
 * Fetching a Python wheel as a plain archive. Owns: the ways to get one (pip in its forms, a configured package index).
 * Does not own: trust; the caller compares the sum. No index is named here: pip knows its own, and ours must be configured.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { findProgram, runCommand } from './run-command.js';

export interface WheelRequest {
  readonly wheel: string;
  readonly version: string;
  readonly sha256: string;
  readonly env?: NodeJS.ProcessEnv;
}

const PIP_COMMANDS: readonly (readonly [string, ...string[]])[] = [
  ['python3', '-m', 'pip'], ['python', '-m', 'pip'], ['pip3'], ['pip'], ['uvx', 'pip'], ['pipx', 'run', 'pip'],
];

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** The first command that answers as pip, for `doctor` and for the download. */
export async function findPip(env: NodeJS.ProcessEnv = process.env): Promise<{ command: readonly [string, ...string[]]; version: string } | null> {
  for (const command of PIP_COMMANDS) {
    const [program, ...args] = command;
    if (findProgram(program, env['PATH']) === null) continue;
    const answer = await runCommand(program, [...args, '--version'], { deadlineMs: 20_000, env });
    const version = /^pip (\S+)/m.exec(answer.output)?.[1];
    if (answer.ok && version !== undefined) return { command, version };
  }
  return null;
}

async function viaPip(request: WheelRequest): Promise<Buffer | null> {
  const env = request.env ?? process.env;
  const pip = await findPip(env);
  if (pip === null) return null;
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-wheel-'));
  try {
    const [program, ...args] = pip.command;
    const download = ['download', '--no-deps', '--only-binary=:all:', '--no-input', '--quiet', '--dest', folder, `${request.wheel}==${request.version}`];
    await runCommand(program, [...args, ...download], { deadlineMs: 300_000, env: { ...env, PIP_DISABLE_PIP_VERSION_CHECK: '1' } });
    const file = readdirSync(folder).find((name) => name.endsWith('.whl'));
    return file === undefined ? null : readFileSync(join(folder, file));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function indexFromPipFile(file: string): string | null {
  try {
    return /^\s*index[-_]url\s*=\s*(\S+)/m.exec(readFileSync(file, 'utf8'))?.[1] ?? null;
  } catch {
    return null;
  }
}

/** Package indexes that this machine is configured to use, although it has no pip. */
export function configuredIndexes(env: NodeJS.ProcessEnv = process.env): readonly string[] {
  const home = env['HOME'] ?? homedir();
  const files = [env['PIP_CONFIG_FILE'], join(home, '.config', 'pip', 'pip.conf'), join(home, '.pip', 'pip.conf'), '/etc/pip.conf'];
  const named = [env['PIP_INDEX_URL'], env['UV_DEFAULT_INDEX'], env['UV_INDEX_URL'], ...files.map((file) => (file ? indexFromPipFile(file) : null))];
  return [...new Set(named.filter((url): url is string => typeof url === 'string' && /^https?:\/\//.test(url)))];
}

async function get(url: URL, deadlineMs: number): Promise<Response | null> {
  const headers: Record<string, string> = {};
  if (url.username !== '') headers['authorization'] = `Basic ${Buffer.from(`${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`).toString('base64')}`;
  const bare = new URL(url);
  bare.username = '';
  bare.password = '';
  const answer = await fetch(bare, { headers, signal: AbortSignal.timeout(deadlineMs) });
  return answer.ok ? answer : null;
}

/** The index page links each file with its sum, so the file for this machine is the one whose sum is pinned. */
async function viaIndex(index: string, request: WheelRequest): Promise<Buffer | null> {
  const base = new URL(`${index.replace(/\/+$/, '')}/${request.wheel}/`);
  const page = await (await get(base, 15_000))?.text();
  const link = page?.match(new RegExp(`href="([^"]*#sha256=${request.sha256})"`))?.[1];
  if (link === undefined) return null;
  const file = new URL(link.replaceAll('&amp;', '&'), base);
  if (file.host === base.host) [file.username, file.password] = [base.username, base.password];
  const answer = await get(file, 300_000);
  return answer === null ? null : Buffer.from(await answer.arrayBuffer());
}

/** The wheel whose sum is pinned, or null with the reasons told to `note`. */
export async function downloadWheel(request: WheelRequest, note: (reason: string) => void): Promise<Buffer | null> {
  const ways: readonly (readonly [string, () => Promise<Buffer | null>])[] = [
    ['pip', () => viaPip(request)],
    ...configuredIndexes(request.env).map((index) => ['the configured package index', () => viaIndex(index, request)] as const),
  ];
  for (const [way, fetchIt] of ways) {
    const bytes = await fetchIt().catch(() => null);
    if (bytes === null) note(`${way} did not provide ${request.wheel} ${request.version}`);
    else if (sha256(bytes) !== request.sha256) note(`${way} provided ${request.wheel} ${request.version} with another checksum than the pinned one, refused`);
    else return bytes;
  }
  return null;
}
