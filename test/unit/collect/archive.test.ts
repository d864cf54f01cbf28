import { readdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { zipSync } from 'fflate';
import { importFiles } from '../../../src/collect/index.js';
import { APP, PEOPLE, importShelf, shelf, zipOf } from './archive-fixtures.js';
import type { Packed } from './archive-fixtures.js';
import { KEY, named, temporaryFolder } from './mapping-fixtures.js';

const refused = 'it is a zip archive that was refused: ';

async function reasonFor(files: readonly Packed[], maxBytes?: number): Promise<string | undefined> {
  const read = await importShelf({ 'a.zip': zipOf(files) }, maxBytes);
  expect(read.resources).toEqual([]);
  return read.unreadable[0]?.reason;
}

describe('a document with several types in it', () => {
  const document = { id: 'a', title: 'Library', shelfVersion: 3, users: [{ name: 'Ada', role: 'admin', note: 'password: Tr0ub4dor&3x' }, 7], plugins: { p1: { id: 'mailer', secretPart: 'abc' }, p2: { id: 'maps' } } };

  it('is read under every name that the manifest gives', async () => {
    const read = await importShelf({ 'lib.shelf': JSON.stringify(document), 'other.json': JSON.stringify(document) });

    expect(read.files.map(({ file }) => basename(file))).toEqual(['lib.shelf']);
    expect(read.resources.map(({ kind, name }) => `${kind} ${name}`)).toEqual(['environment Library', 'user Ada', 'package mailer', 'package maps']);
    expect(JSON.stringify(read.resources)).not.toContain('abc');
    expect(read.unreadable.map(({ reason }) => reason)).toEqual(['1 of its entries have another shape than expected; the others were judged']);
    expect(read.completeness.map(({ type, state, read: count }) => [type, state, count]).slice(0, 3)).toEqual([['apps', 'collected', 1], ['people', 'partial', 1], ['plugs', 'collected', 2]]);
    expect(read.completeness[1]?.reason).toBe('1 of 2 have another shape than expected');
  });

  it('keeps apart what two files call the same', async () => {
    const read = await importShelf({ 'a.shelf': JSON.stringify(document), 'b.shelf': JSON.stringify(document) });

    const ids = read.resources.map(({ kind, key }) => `${kind}:${key}`);

    expect(new Set(ids).size).toBe(8);
  });
});

describe('a manifest that reads files', () => {
  it.each([
    ['  type: apps\n', '  type: nowhere\n'],
    ['items: users, type: people', 'items: users, type: nowhere'],
    ['as: json, type: apps', 'as: json, type: nowhere'],
    ['as: json, type: apps', 'as: json, type: apps, listed: { in: nowhere, name: x }'],
  ])('names only types that there are: %s', async (right, wrong) => {
    await expect(shelf((manifest) => manifest.replace(right, wrong))).rejects.toThrow('there is no resource named nowhere');
  });

  it('says what an item is read as', async () => {
    await expect(shelf((manifest) => manifest.replace('  type: apps\n', ''))).rejects.toThrow('give `type`');
  });
});

describe('archives', () => {
  it('are read member by member, JSON, XML and YAML, each as the type that the manifest says', async () => {
    const plug = { name: 'plugs/one.yaml', content: 'id: mailer\nversion: "1.2"\nsecretPart: abc\n' };

    const read = await importShelf({ 'lib.zip': zipOf([APP, PEOPLE, plug, { name: 'assets/logo.png', content: 'not read' }]) });

    expect(read.unreadable).toEqual([]);
    expect(read.files.map(({ file, connectorId }) => [basename(file), connectorId])).toEqual([['lib.zip', 'shelf']]);
    expect(named(read.resources, 'Library')).toMatchObject({ key: 'a', properties: { plugs: 1, from: 'shelf.json' } });
    expect(named(read.resources, 'Library').properties).not.toHaveProperty('changed');
    expect(named(read.resources, 'Ada & Co')).toMatchObject({ kind: 'user', properties: { role: 'admin' }, evidence: { request: 'file:lib.zip/parts/people.xml', path: 'items[0]' } });
    expect(named(read.resources, 'mailer').properties).toMatchObject({ version: '1.2', secretPart: { redacted: true, kind: 'api-key' } });
    expect(named(read.resources, 'mailer').location.file).toMatch(/lib\.zip$/);
  });

  it('say what they hold none of, and what no file holds', async () => {
    const { completeness } = await importShelf({ 'lib.zip': zipOf([APP, PEOPLE]) });

    expect(completeness.map(({ type, state, read, because }) => [type, state, read, because ?? null])).toEqual([
      ['apps', 'collected', 1, null], ['people', 'collected', 2, null], ['plugs', 'empty', 0, null], ['logs', 'unavailable', 0, 'file'], ['sign-in-settings', 'unavailable', 0, 'api'],
    ]);
  });

  it('may come from another packer, and have any name when they are named themselves', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'export.dat');
    writeFileSync(file, zipSync({ 'shelf.json': Buffer.from(APP.content!), 'parts': { 'people.xml': Buffer.from(PEOPLE.content!) } }));

    const read = await importFiles([file], { connectors: await shelf(), fingerprintKey: KEY });

    expect(read.unreadable).toEqual([]);
    expect(read.resources).toHaveLength(3);
  });

  it('judges what can be read and names the members that cannot', async () => {
    const read = await importShelf({ 'a.zip': zipOf([APP, { name: 'parts/a.xml', content: '<people><person>' }, PEOPLE, { name: 'plugs/x.yaml', content: 'a: *nowhere' }, { name: 'plugs/y.yaml', crc: 5, content: 'id: y' }]) });

    expect(Object.fromEntries(read.unreadable.map(({ file, reason }) => [file.split('/').slice(-2).join('/'), reason]))).toEqual({
      'parts/a.xml': 'it is no XML: line 1', 'plugs/x.yaml': 'it is no YAML: it repeats a part that is not there', 'plugs/y.yaml': 'it is damaged: its contents are not those that were packed',
    });
    expect(read.completeness.map(({ type, state }) => [type, state]).slice(0, 3)).toEqual([['apps', 'collected'], ['people', 'partial'], ['plugs', 'failed']]);
    expect(read.resources.map(({ name }) => name)).toContain('Bo');
  });

  it.each<[string, readonly Packed[], string]>([
    ['a name that climbs out', [APP, PEOPLE, { name: '../../evil.json' }], 'the name ../../evil.json leads out of the archive'],
    ['an absolute name', [APP, PEOPLE, { name: '/etc/passwd' }], 'the name /etc/passwd leads out of the archive'],
    ['a name of another system', [APP, PEOPLE, { name: 'C:\\x' }], 'the name C:\\x leads out of the archive'],
    ['a link', [APP, PEOPLE, { name: 'link', unixMode: 0o120777 }], 'link is a link or a device, not a file'],
    ['a password', [APP, { ...PEOPLE, flags: 1 }], 'parts/people.xml is encrypted; export it again without a password'],
    ['a name that stands twice', [APP, PEOPLE, APP], 'shelf.json stands in it twice'],
    ['a bomb', [APP, PEOPLE, { name: 'zeros', content: Buffer.alloc(3_000_000) }], 'zeros grows to more than 200 times its packed size'],
    ['a member that claims 2 GB', [APP, PEOPLE, { name: 'parts/z.xml', size: 2_000_000_000 }], 'parts/z.xml grows to more than 200 times its packed size'],
    ['claims of 2 GB in all', [APP, PEOPLE, ...Array.from({ length: 200 }, (_each, index) => ({ name: `${index}`, content: 'x'.repeat(60_000), stored: true, size: 10_000_000 }))], 'it grows to more than 128 MiB'],
    ['members that share their bytes', [APP, PEOPLE, { name: 'again', content: 'x'.repeat(40), stored: true, at: 0 }], 'again overlaps another file in it'],
  ])('is refused for %s, before anything is unpacked', async (_what, files, problem) => {
    expect(await reasonFor(files)).toBe(refused + problem);
  });

  it('says of each type that an archive should have held that it is not known, when it is refused', async () => {
    const read = await importShelf({ 'a.zip': zipOf([APP, { ...PEOPLE, flags: 1 }]), 'b.shelf': JSON.stringify({ id: 'b', title: 'Small', shelfVersion: 3 }) });

    expect(read.resources.map(({ name }) => name)).toEqual(['Small']);
    expect(read.completeness.slice(0, 3).map(({ type, state, reason }) => [type, state, reason])).toEqual([
      ['apps', 'partial', '1 of the files that should hold them could not be read'], ['people', 'failed', '1 of the files that should hold them could not be read'], ['plugs', 'failed', '1 of the files that should hold them could not be read'],
    ]);
  });

  it('is named when it lacks a part of what makes it an export, or holds only archives', async () => {
    const inner = zipOf([APP, PEOPLE]);

    const read = await importShelf({ 'lacks.zip': zipOf([APP]), 'nested.zip': zipOf([{ name: 'backup/lib.zip', content: inner }]), 'beside.zip': zipOf([APP, PEOPLE, { name: 'old.zip', content: inner }]) });

    expect(read.unreadable.map(({ file, reason }) => [basename(file), reason])).toEqual([
      ['lacks.zip', 'it looks like an export of Shelf, but parts/*.xml is missing in it'], ['nested.zip', 'it is an archive of archives; unpack it first, archives inside are not opened'],
    ]);
    expect(read.files.map(({ file }) => basename(file))).toEqual(['beside.zip']);
    expect(read.resources).toHaveLength(3);
  });

  it('that is none, and a file of another kind or of no end, are named with their reason and nothing is written', async () => {
    const folder = temporaryFolder();
    const put = (name: string, content: string | Buffer, size?: number): void => { writeFileSync(join(folder, name), content); if (size !== undefined) truncateSync(join(folder, name), size); };
    put('a.zip', 'PK\u0003\u0004 and no more');
    put('b.shelf', Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3', 'latin1'));
    put('c.shelf', '');
    put('d.shelf', '{', 2 * 1024 ** 3);
    put('e.zip', zipOf([APP, PEOPLE]), 2 * 1024 ** 3);
    symlinkSync(join(folder, '..', '..', 'etc', 'hostname'), join(folder, 'f.shelf'));
    const before = readdirSync(folder);

    const read = await importFiles([folder], { connectors: await shelf(), fingerprintKey: KEY });

    expect(Object.fromEntries([...read.unreadable, ...read.ignored].map(({ file, reason }) => [basename(file), reason]))).toEqual({
      'a.zip': 'it is no zip archive that can be opened: its directory is missing or damaged', 'b.shelf': 'it is no UTF-8 text', 'c.shelf': 'it is empty',
      'd.shelf': 'it is larger (2048 MiB) than the limit of 32 MiB', 'e.zip': 'it is no zip archive that can be opened: its directory is missing or damaged', 'f.shelf': expect.any(String),
    });
    expect([read.resources, read.completeness, readdirSync(folder)]).toEqual([[], [], before]);
  });

  it('takes no other document for an empty one', async () => {
    const read = await importShelf({ 'a.zip': zipOf([APP, { name: 'parts/a.xml', content: '<other/>' }, { name: 'parts/b.xml', content: '<people>none</people>' }, { name: 'parts/c.xml', content: '<people/>' }]) });

    expect(read.unreadable.map(({ file, reason }) => [basename(file), reason])).toEqual([['a.xml', 'it is another document than its name says'], ['b.xml', '1 of its entries have another shape than expected; the others were judged']]);
    expect(read.completeness[1]).toMatchObject({ type: 'people', state: 'failed', read: 0, reason: '1 of the files that should hold them could not be read; 1 of 1 have another shape than expected' });
  });

  it('is refused when it would grow too large, or holds too many files', async () => {
    const large = Array.from({ length: 5 }, (_, index) => ({ name: `${index}`, content: Buffer.alloc(100_000, 'ab\n') }));
    const many = Array.from({ length: 10_001 }, (_, index) => ({ name: `f${index}` }));

    expect(await reasonFor([APP, PEOPLE, ...large], 100_000)).toBe(`${refused}it grows to more than 0.4 MiB`);
    expect(await reasonFor([APP, PEOPLE, ...many])).toBe(`${refused}it holds more than 10000 files`);
  });

  it('may be larger than a single file, as long as what is needed of it is not', async () => {
    const noise = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7_919 + (index >> 3) * 104_729) % 251));

    const read = await importShelf({ 'large.zip': zipOf([APP, { name: 'assets/film', content: noise, stored: true }, PEOPLE]) }, 100_000);

    expect(read.unreadable).toEqual([]);
    expect(read.resources).toHaveLength(3);
  });

  it('reads no more of a member than its directory promised', async () => {
    const read = await importShelf({ 'a.zip': zipOf([{ ...APP, size: 10 }, PEOPLE]) });

    expect(read.unreadable.map(({ reason }) => reason)).toEqual(['it was refused: it is larger than the directory of the archive says']);
  });

  it('refuses XML that pulls in other files, and YAML that repeats itself without end', async () => {
    const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]', ...'bcdefgh'.split('').map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]!}`).join(',')}]`)].join('\n');
    const xml = '<?xml version="1.0"?><!-- x --><!DOCTYPE people [<!ENTITY e SYSTEM "file:///etc/passwd">]><people><person><name>&e;</name></person></people>';

    const read = await importShelf({ 'a.zip': zipOf([APP, { name: 'parts/x.xml', content: xml }, { name: 'plugs/b.yaml', content: bomb }, { name: 'plugs/t.yaml', content: 'id: !!js/function x' }]) });

    expect(read.unreadable.map(({ reason }) => reason)).toEqual([
      'it was refused: XML with a document type may pull in other files', 'it was refused: it repeats parts of itself too often', 'it is no YAML that is read here: line 1',
    ]);
  });

  it('leaves archives of other things alone, but says that a damaged one cannot be opened', async () => {
    const whole = zipOf([APP, PEOPLE]);

    const read = await importShelf({ 'photos.zip': zipOf([{ name: 'a.jpg', content: 'x' }, { name: '../b' }]), 'cut.zip': whole.subarray(0, whole.length - 30), 'empty.zip': zipOf([]) });

    expect(read.ignored.map(({ file }) => basename(file))).toEqual(['empty.zip', 'photos.zip']);
    expect(read.unreadable.map(({ file, reason }) => [basename(file), reason])).toEqual([['cut.zip', 'it is no zip archive that can be opened: its directory is missing or damaged']]);
  });

  it('opens none of 2,000 damaged forms of an archive with another error than a reason', async () => {
    const whole = zipOf([APP, PEOPLE]);
    const connectors = await shelf();
    const folder = temporaryFolder();
    const file = join(folder, 'a.zip');
    let seed = 42;
    const next = (below: number): number => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) % below;

    for (let round = 0; round < 2_000; round += 1) {
      const bytes = Buffer.from(whole);
      for (let flips = 0; flips <= next(3); flips += 1) bytes[next(bytes.length)] = next(256);
      writeFileSync(file, bytes.subarray(0, next(8) === 0 ? next(bytes.length) : bytes.length));
      const read = await importFiles([file], { connectors, fingerprintKey: KEY });
      expect(read.files.length + read.unreadable.length).toBeGreaterThan(0);
    }
  }, 60_000);
});
