/**
 * TCP ports of this machine. Owns: free or taken, who holds one, and remembering those we chose.
 * Does not own: which part listens where (temporal-server.ts, postgres-server.ts, api).
 */
import { createServer, connect } from 'node:net';
import { mkdirSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { PlumblineError } from '../model/errors.js';
import { readJson, replaceFile } from './atomic-file.js';
import { processName } from './process-identity.js';

export type PortState = 'free' | 'taken' | 'forbidden' | 'no-such-address';

function stateOf(error: NodeJS.ErrnoException): PortState {
  if (error.code === 'EACCES') return 'forbidden';
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') return 'no-such-address';
  return 'taken';
}

/** Asked by listening, the only answer that holds for every kind of holder. */
export function portState(port: number, host = '127.0.0.1'): Promise<PortState> {
  return new Promise((resolve) => {
    const server = createServer();
    server.unref();
    server.once('error', (error) => resolve(stateOf(error)));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve('free')));
  });
}

export function freePort(host = '127.0.0.1'): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port: 0, host, exclusive: true }, () => {
      const address = server.address();
      server.close(() => (address !== null && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))));
    });
  });
}

/** True when something accepts connections there. */
export function answers(port: number, host = '127.0.0.1', deadlineMs = 1000): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host });
    const done = (value: boolean): void => {
      socket.destroy();
      resolve(value);
    };
    socket.setTimeout(deadlineMs, () => done(false));
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
  });
}

/**
 * The port kept for this part, or a new free one. The same port after every start keeps addresses in notes valid.
 * One file per part, since parts start side by side.
 */
export async function rememberedPort(runFolder: string, name: string): Promise<number> {
  const folder = join(runFolder, 'ports');
  mkdirSync(folder, { recursive: true });
  const before = readJson<number>(join(folder, `${name}.json`));
  if (before !== null && (await portState(before)) === 'free') return before;
  const others = readdirSync(folder).map((file) => readJson<number>(join(folder, file)));
  let chosen = await freePort();
  while (others.includes(chosen)) chosen = await freePort();
  replaceFile(join(folder, `${name}.json`), String(chosen));
  return chosen;
}

function listeningInodes(port: number): Set<string> {
  const inodes = new Set<string>();
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    let lines: string[] = [];
    try {
      lines = readFileSync(table, 'utf8').split('\n').slice(1);
    } catch {
      continue;
    }
    for (const line of lines) {
      const fields = line.trim().split(/\s+/);
      const localPort = Number.parseInt(fields[1]?.split(':')[1] ?? '', 16);
      if (localPort === port && fields[3] === '0A' && fields[9] !== undefined) inodes.add(fields[9]);
    }
  }
  return inodes;
}

function holdsSocket(pid: string, inodes: ReadonlySet<string>): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((descriptor) => {
      const target = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${descriptor}`));
      return target?.[1] !== undefined && inodes.has(target[1]);
    });
  } catch {
    return false;
  }
}

/** `node (process 123)` where it can be known (Linux, own processes or root), else null. */
export function portHolder(port: number): string | null {
  const inodes = listeningInodes(port);
  if (inodes.size === 0) return null;
  const pid = readdirSync('/proc').find((entry) => /^\d+$/.test(entry) && holdsSocket(entry, inodes));
  return pid === undefined ? null : `${processName(Number(pid)) ?? 'a program'} (process ${pid})`;
}

/** Refuses with PLB-START-001 before anything is started. `setting` is the variable that changes this port. */
export async function requireFreePort(port: number, host: string, setting: string): Promise<void> {
  const state = await portState(port, host);
  if (state === 'free') return;
  const where = `${host}:${port}`;
  if (state === 'forbidden') throw new PlumblineError('PLB-START-010', `The setting ${setting} names port ${port}, which this user may not open. Choose one above 1023.`, { variable: setting, port });
  if (state === 'no-such-address') throw new PlumblineError('PLB-START-010', `The address ${host} does not belong to this machine.`, { variable: 'PLUMBLINE_HOST' });
  const holder = portHolder(port);
  throw new PlumblineError('PLB-START-001', `Port ${where} is used by ${holder ?? 'another program'}${setting === 'PLUMBLINE_PORT' ? '' : ` (setting ${setting})`}.`, { port, holder, setting });
}
