import { createServer, type Server } from 'node:net';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, readlinkSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLogger, withoutAddressPasswords } from '../../../src/runtime/logging.js';
import { findProjectRoot, projectPaths } from '../../../src/runtime/paths.js';
import { answers, freePort, portHolder, portState, rememberedPort, requireFreePort } from '../../../src/runtime/ports.js';
import { linkLibraries } from '../../../src/runtime/postgres-programs.js';
import { supervise, type RunningPart } from '../../../src/runtime/supervised.js';
import { unpackTar } from '../../../src/runtime/tar.js';
import { configuredIndexes } from '../../../src/runtime/wheel-download.js';
import { readFromZip } from '../../../src/runtime/zip.js';

let folder: string;
let server: Server | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plumbline-test-'));
});

afterEach(async () => {
  await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
  server = undefined;
  rmSync(folder, { recursive: true, force: true });
});

async function occupy(): Promise<number> {
  const port = await freePort();
  server = createServer();
  await new Promise<void>((resolve) => server?.listen(port, '127.0.0.1', resolve));
  return port;
}

describe('ports', () => {
  test('a taken port is PLB-START-001, with the program that holds it where the system tells', async () => {
    const port = await occupy();

    const refusal = requireFreePort(port, '127.0.0.1', 'PLUMBLINE_PORT');

    await expect(refusal).rejects.toMatchObject({ code: 'PLB-START-001', message: expect.stringContaining(String(port)) });
    if (process.platform === 'linux') expect(portHolder(port)).toContain(`(process ${process.pid})`);
    expect(await answers(port)).toBe(true);
  });

  test('a free port is free and has no holder', async () => {
    const port = await freePort();

    expect(await portState(port)).toBe('free');
    expect(portHolder(port)).toBeNull();
    expect(await answers(port)).toBe(false);
    await requireFreePort(port, '127.0.0.1', 'PLUMBLINE_PORT');
  });

  test('an address of another machine is a wrong setting, not a port in use', async () => {
    await expect(requireFreePort(20_000, '192.0.2.1', 'PLUMBLINE_PORT')).rejects.toMatchObject({ code: 'PLB-START-010' });
  });

  test('a chosen port is remembered, and given up only when somebody else has it', async () => {
    const first = await rememberedPort(folder, 'part');
    expect(await rememberedPort(folder, 'part')).toBe(first);
    server = createServer();
    await new Promise<void>((resolve) => server?.listen(first, '127.0.0.1', resolve));

    const second = await rememberedPort(folder, 'part');

    expect(second).not.toBe(first);
    expect(await rememberedPort(folder, 'part')).toBe(second);
  });
});

describe('the log', () => {
  test('strikes out secrets by name at any depth up to three, and passwords in addresses', async () => {
    const logger = createLogger({ name: 'test', level: 'info', folder: { logs: folder } });

    logger.info({ password: 'canary-1', platform: { apiKey: 'canary-2', headers: { authorization: 'canary-3' } }, a: { b: { token: 'canary-4' } } }, 'to postgres://user:canary-5@host/db');
    logger.error({ err: new Error('cannot reach smtp://me:canary-6@mail') });
    await new Promise<void>((resolve) => logger.flush(() => resolve()));
    await sleep(50);

    const text = readFileSync(join(folder, 'test.jsonl'), 'utf8');
    expect(text).toContain('postgres://[removed]@host/db');
    expect(text).toContain('cannot reach smtp://[removed]@mail');
    expect(text).not.toContain('canary');
  });

  test('an address without a password stays as it is', () => {
    expect(withoutAddressPasswords('see https://example.org:8080/a@b and mailto:x@y.org')).toBe('see https://example.org:8080/a@b and mailto:x@y.org');
  });
});

describe('the project folder', () => {
  test('is found from sources and from the compiled place alike', () => {
    const { root } = projectPaths();

    expect(findProjectRoot(join(root, 'src', 'runtime'))).toBe(root);
    expect(findProjectRoot(join(root, 'dist', 'src', 'runtime'))).toBe(root);
  });
});

function zipOf(name: string, content: Buffer): Buffer {
  const packed = deflateRawSync(content);
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(8, 8);
  local.writeUInt16LE(name.length, 26);
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt16LE(8, 10);
  entry.writeUInt32LE(packed.length, 20);
  entry.writeUInt32LE(content.length, 24);
  entry.writeUInt16LE(name.length, 28);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(30 + name.length + packed.length, 16);
  return Buffer.concat([local, Buffer.from(name), packed, entry, Buffer.from(name), end]);
}

describe('archives', () => {
  test('a file is read out of a zip by the end of its name', () => {
    const archive = zipOf('a.data/scripts/tool', Buffer.from('program'));

    expect(readFromZip(archive, '/tool')?.toString()).toBe('program');
    expect(readFromZip(archive, '/other')).toBeNull();
  });

  test('what is not a zip is refused, and a size that lies does not fill the memory', () => {
    const archive = zipOf('a/tool', Buffer.alloc(100_000));
    const entryAt = archive.indexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]));
    archive.writeUInt32LE(10, entryAt + 24);

    expect(() => readFromZip(Buffer.from('<html>sign in</html> and some more text'), '/tool')).toThrow('not a zip archive');
    expect(() => readFromZip(archive, '/tool')).toThrow();
  });

  test('a tar entry that leads out of its folder is refused', () => {
    const block = Buffer.alloc(1024);
    block.write('../outside', 0);
    block.write('00000000000', 124);
    block.write('0', 156);

    expect(() => unpackTar(block, folder)).toThrow(/outside its folder/);
  });
});

describe('package indexes', () => {
  test('are those of the environment and of pip settings, and none is assumed', () => {
    const file = join(folder, 'pip.conf');
    writeFileSync(file, '[global]\nindex-url = https://packages.example.org/simple\n');

    expect(configuredIndexes({ HOME: folder, PIP_CONFIG_FILE: file })).toContain('https://packages.example.org/simple');
    expect(configuredIndexes({ HOME: folder, PIP_INDEX_URL: 'file:///etc' })).not.toContain('file:///etc');
  });
});

describe('library links of the database', () => {
  test('missing ones are made, present ones are left', () => {
    mkdirSync(join(folder, 'native', 'lib'), { recursive: true });
    writeFileSync(join(folder, 'native', 'pg-symlinks.json'), JSON.stringify([
      { source: 'native/lib/libx.so.1.2', target: 'native/lib/libx.so' }, { source: 'native/lib/liby.so.1.2', target: 'native/lib/liby.so' },
    ]));
    symlinkSync('mine', join(folder, 'native', 'lib', 'liby.so'));

    expect(linkLibraries(join(folder, 'native'))).toBe(1);

    expect(readlinkSync(join(folder, 'native', 'lib', 'libx.so'))).toBe('libx.so.1.2');
    expect(readlinkSync(join(folder, 'native', 'lib', 'liby.so'))).toBe('mine');
    expect(linkLibraries(join(folder, 'native'))).toBe(0);
  });
});

interface FakePart extends RunningPart {
  end(reason: string): void;
}

function fakePart(): FakePart {
  let end: (reason: string) => void = () => undefined;
  const ended = new Promise<string>((resolve) => (end = resolve));
  return { ended, end, stop: async () => end('stopped') };
}

describe('keeping a part running', () => {
  test('a part that ends is started again, also when the first tries fail, and the end is told each time', async () => {
    const told: string[] = [];
    const parts: FakePart[] = [];
    let starts = 0;
    const start = async (): Promise<FakePart> => {
      starts += 1;
      if (starts === 2) throw new Error('not yet');
      const part = fakePart();
      parts.push(part);
      return part;
    };
    const supervised = await supervise('part', start, { ended: (_name, reason) => told.push(reason), back: () => told.push('back') });

    parts[0]?.end('killed');
    while (!told.includes('back')) await sleep(20);

    expect(told).toEqual(['killed', 'not yet', 'back']);
    expect(supervised.current()).toBe(parts[1]);
    await supervised.stop();
    expect(starts).toBe(3);
  });

  test('a part that is asked to stop is not started again', async () => {
    let starts = 0;
    const supervised = await supervise('part', async () => ((starts += 1), fakePart()), { ended: () => undefined, back: () => undefined });

    await supervised.stop();
    await sleep(600);

    expect(starts).toBe(1);
  });

  test('a first start that fails is the caller\'s to hear', async () => {
    await expect(supervise('part', () => Promise.reject(new Error('no')), { ended: () => undefined, back: () => undefined })).rejects.toThrow('no');
  });
});
