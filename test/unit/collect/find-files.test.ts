import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importFiles } from '../../../src/collect/index.js';
import type { Import, ImportOptions } from '../../../src/collect/index.js';
import { KEY, connectors, n8nWorkflow, temporaryFolder } from './mapping-fixtures.js';

const good = JSON.stringify(n8nWorkflow('n8n-nodes-base.noOp', {}));
const fast = { silentMs: 300, totalMs: 2_000 };

async function read(paths: readonly string[], more: Partial<ImportOptions> = {}): Promise<Import> {
  return importFiles(paths, { connectors: await connectors(), fingerprintKey: KEY, pipeDeadlines: fast, ...more });
}
const names = (list: readonly { file: string }[]): string[] => list.map(({ file }) => basename(file));
const reasons = (list: readonly { file: string; reason: string }[]): Record<string, string> => Object.fromEntries(list.map(({ file, reason }) => [basename(file), reason]));

function pipe(folder: string, name: string): string {
  const file = join(folder, name);
  execFileSync('mkfifo', [file]);
  return file;
}

/** Writes into the pipe from another process, as a shell would. */
function writeInto(file: string, script: string): Promise<void> {
  return new Promise((resolve) => void spawn('sh', ['-c', script, 'sh', file, good]).on('close', () => resolve()));
}

describe('files that are looked for', () => {
  it('follows links to files wherever they lie, and lists the other links with a reason', async () => {
    const [folder, elsewhere] = [temporaryFolder(), temporaryFolder()];
    writeFileSync(join(elsewhere, 'target'), good);
    mkdirSync(join(folder, 'deep'));
    symlinkSync(join(elsewhere, 'target'), join(folder, 'linked.json'));
    symlinkSync(folder, join(folder, 'deep', 'up'));
    symlinkSync(join(folder, 'nowhere'), join(folder, 'lost.json'));
    symlinkSync(join(folder, 'loop.json'), join(folder, 'loop.json'));
    symlinkSync('/dev/zero', join(folder, 'zero.json'));
    symlinkSync(join(elsewhere, 'target'), join(folder, 'notes.txt'));

    const found = await read([folder]);

    expect(found.files).toEqual([{ file: join(folder, 'linked.json'), connectorId: 'n8n' }]);
    expect(reasons(found.ignored)).toEqual({
      'up': 'it is a link to a folder; name that folder itself', 'lost.json': 'it is a link that leads nowhere',
      'loop.json': 'the link leads to itself', 'zero.json': 'it is a device, not a file',
    });
    expect(found.unreadable).toEqual([]);
  });

  it('judges a file once, however many links lead to it', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'm.json'), good);
    symlinkSync(join(folder, 'm.json'), join(folder, 'a.json'));
    symlinkSync('a.json', join(folder, 'z.json'));

    const found = await read([folder, folder]);

    expect(names(found.files)).toEqual(['m.json']);
    expect(new Set(names(found.ignored))).toEqual(new Set(['a.json', 'z.json']));
  });

  it('says where it stopped looking', async () => {
    const folder = temporaryFolder();
    for (const name of ['a', 'b', 'c', 'd']) writeFileSync(join(folder, `${name}.json`), good);

    const found = await read([folder], { maxFiles: 2 });

    expect(names(found.files)).toEqual(['a.json', 'b.json']);
    expect(reasons(found.unreadable)).toEqual({ 'c.json': 'it and what follows were not looked at: one run reads at most 2 files' });
  });

  it('leaves pipes in folders alone and says so', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'a.json'), good);
    pipe(folder, 'b.json');

    const found = await read([folder]);

    expect(names(found.files)).toEqual(['a.json']);
    expect(reasons(found.ignored)).toEqual({ 'b.json': 'it is a pipe; name it itself to have it read' });
  });
});

describe('a pipe given by name', () => {
  it('is read to its end, also when it is written to late and in pieces', async () => {
    const file = pipe(temporaryFolder(), 'flow');

    const [found] = await Promise.all([read([file]), writeInto(file, 'sleep 0.1; { printf %.20s "$2"; sleep 0.1; printf %s "$2" | tail -c +21; } > "$1"')]);

    expect([found.unreadable, names(found.files)]).toEqual([[], ['flow']]);
  });

  it('is given up when nobody writes', async () => {
    const file = pipe(temporaryFolder(), 'flow.json');

    const found = await read([file]);

    expect(reasons(found.unreadable)).toEqual({ 'flow.json': 'it is a pipe, and nothing was written to it for 0.3 s' });
  });

  it('is given up when it never ends, and when it is too large', async () => {
    const [slow, large] = [pipe(temporaryFolder(), 'slow'), pipe(temporaryFolder(), 'large')];

    const [found] = await Promise.all([
      read([slow, large], { maxBytes: 100_000, pipeDeadlines: { silentMs: 500, totalMs: 400 } }),
      writeInto(slow, 'for i in 1 2 3 4 5 6 7 8 9; do echo; sleep 0.1; done > "$1"'), writeInto(large, 'head -c 300000 /dev/zero > "$1"'),
    ]);

    expect(reasons(found.unreadable)).toEqual({ slow: 'it is a pipe that did not end within 0.4 s', large: 'it is larger than the limit of 0.1 MiB' });
  });

  it('says of a device that it is none', async () => {
    expect(reasons((await read(['/dev/zero'])).unreadable)).toEqual({ zero: 'it is a device, not a file' });
  });
});
