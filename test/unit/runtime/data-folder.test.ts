import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openDataFolder } from '../../../src/runtime/data-folder.js';
import { folderHolder, lockFolder } from '../../../src/runtime/folder-lock.js';
import { deriveKeys, KEY_PURPOSES, rootKey, storedPassword } from '../../../src/runtime/keys.js';
import { forgetChild, leftovers, recordChild } from '../../../src/runtime/process-ledger.js';
import { processStartMark } from '../../../src/runtime/process-identity.js';

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'plumbline-test-'));
});

afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

function sleeper(): { pid: number; end(): Promise<void> } {
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return { pid: child.pid ?? 0, end: () => (child.kill('SIGKILL'), ended) };
}

describe('the data folder', () => {
  test('is made with all its parts, and only its owner can look into keys', () => {
    const folder = openDataFolder(join(home, 'deep', 'inside'));

    expect(existsSync(folder.postgres)).toBe(true);
    expect(statSync(folder.keys).mode & 0o777).toBe(0o700);
  });

  test('opening it leaves no probe behind', () => {
    openDataFolder(home);

    expect(readdirSync(home).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  test('a file where the folder should be is PLB-START-009 naming it', () => {
    const file = join(home, 'file');
    writeFileSync(file, '');

    expect(() => openDataFolder(file)).toThrow(expect.objectContaining({ code: 'PLB-START-009', message: expect.stringContaining(file) }));
  });
});

describe('the keys', () => {
  test('the root key is made once, 32 bytes, for its owner alone', () => {
    openDataFolder(home);

    const first = rootKey(home);

    expect(first).toHaveLength(32);
    expect(rootKey(home)).toEqual(first);
    expect(statSync(join(home, 'keys', 'root.key')).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(home, 'keys'))).toEqual(['root.key']);
  });

  test('each purpose has a key of its own', () => {
    const keys = deriveKeys(Buffer.alloc(32, 7));

    expect(new Set(KEY_PURPOSES.map((purpose) => keys[purpose].toString('hex'))).size).toBe(KEY_PURPOSES.length);
    expect(keys).toEqual(deriveKeys(Buffer.alloc(32, 7)));
    expect(keys.payload).not.toEqual(deriveKeys(Buffer.alloc(32, 8)).payload);
  });

  test('a damaged key file and one that others can read are refused', () => {
    openDataFolder(home);
    const file = join(home, 'keys', 'root.key');
    writeFileSync(file, 'short', { mode: 0o600 });

    expect(() => rootKey(home)).toThrow(/damaged/);

    writeFileSync(file, Buffer.alloc(32));
    chmodSync(file, 0o644);
    expect(() => rootKey(home)).toThrow(/read by others/);
  });

  test('a stored password stays the same', () => {
    openDataFolder(home);

    const password = storedPassword(home, 'database');

    expect(password).toMatch(/^[\w-]{32}$/);
    expect(storedPassword(home, 'database')).toBe(password);
  });
});

describe('the lock of the data folder', () => {
  test('a second holder is refused and told the process of the first', () => {
    const lock = lockFolder(home);

    expect(() => lockFolder(home)).toThrow(expect.objectContaining({ code: 'PLB-START-002', details: { folder: home, pid: process.pid } }));
    expect(folderHolder(home)).toBe(process.pid);

    lock.release();
    lockFolder(home).release();
    expect(folderHolder(home)).toBeNull();
  });

  test('the lock of a dead process is taken over', async () => {
    const holder = sleeper();
    const startMark = processStartMark(holder.pid);
    writeFileSync(join(home, 'plumbline.lock'), JSON.stringify({ pid: holder.pid, startMark, token: 'theirs' }));
    expect(() => lockFolder(home)).toThrow(expect.objectContaining({ code: 'PLB-START-002' }));

    await holder.end();

    lockFolder(home).release();
    expect(readdirSync(home)).toEqual([]);
  });

  test('a living process that only has the same number does not hold the lock', () => {
    writeFileSync(join(home, 'plumbline.lock'), JSON.stringify({ pid: process.pid, startMark: 'another boot:1', token: 'theirs' }));

    lockFolder(home).release();
  });

  test('a lock file that holds nonsense is taken over', () => {
    writeFileSync(join(home, 'plumbline.lock'), '{"pid":');

    lockFolder(home).release();
  });

  test('letting go does not remove the lock of somebody who took over', () => {
    const lock = lockFolder(home);
    const theirs = JSON.stringify({ pid: process.pid, startMark: processStartMark(process.pid), token: 'theirs' });
    writeFileSync(join(home, 'plumbline.lock'), theirs);

    lock.release();

    expect(readFileSync(join(home, 'plumbline.lock'), 'utf8')).toBe(theirs);
  });
});

describe('the record of started processes', () => {
  test('names those that still live, and forgets those that ended', async () => {
    const [living, dying] = [sleeper(), sleeper()];
    const folder = { run: home };
    recordChild(folder, 'living', living.pid);
    recordChild(folder, 'dying', dying.pid);
    await dying.end();

    expect(leftovers(folder).map((entry) => entry.name)).toEqual(['living']);
    expect(readdirSync(join(home, 'processes'))).toEqual(['living.json']);
    forgetChild(folder, 'living', living.pid);
    expect(leftovers(folder)).toEqual([]);
    await living.end();
  });

  test('a stranger with the number of a recorded process is left alone', () => {
    mkdirSync(join(home, 'processes'));
    writeFileSync(join(home, 'processes', 'postgres.json'), JSON.stringify({ name: 'postgres', pid: process.pid, startMark: 'another boot:1' }));

    expect(leftovers({ run: home })).toEqual([]);
  });
});
