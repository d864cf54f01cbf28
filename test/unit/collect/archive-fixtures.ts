/** A small connector that reads documents and archives, and archives made by hand, so that each lie of a zip can be told. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { importFiles, loadConnectors } from '../../../src/collect/index.js';
import type { Connector, Import } from '../../../src/collect/index.js';
import { KEY, temporaryFolder } from './mapping-fixtures.js';

const MANIFEST = `
apiVersion: connector/v1
id: shelf
title: Shelf
evidence: constructed
about: A connector for these tests only.
secretFields: []
auth: { kind: none }
redact: {}
probe: { types: [apps] }
resources:
  apps: { title: Apps, right: none, key: id, drop: [changed] }
  people: { title: People, right: none, key: name }
  plugs: { title: Plugs, right: none, key: id, secrets: [{ path: secretPart, kind: api-key }] }
  logs: { title: Log, right: none }
notExposed:
  - { title: Sign-in settings, kinds: [platform-settings], reason: The export holds no sign-in settings. }
emit:
  - { kind: environment, from: apps, key: id, name: title, properties: { plugs: { count: $all.plugs }, changed: changed, from: bound.file } }
  - { kind: user, from: people, key: name, name: name, properties: { role: role, note: note } }
  - { kind: package, from: plugs, key: id, name: id, properties: { version: version, secretPart: secretPart } }
files:
  names: [.shelf, .ZIP]
  type: apps
  item: { all: [{ set: shelfVersion }, { set: id }] }
  more:
    - { items: users, type: people, optional: true }
    - { items: { entries: plugins, take: value }, type: plugs, optional: true }
  archive:
    claims: [shelf.json, "parts/*.xml"]
    parts:
      - { path: shelf.json, as: json, type: apps }
      - { path: "parts/*.xml", as: xml, type: people, items: people.person }
      - { path: "plugs/*.yaml", as: yaml, type: plugs }
`;

export async function shelf(change: (manifest: string) => string = (manifest) => manifest): Promise<Map<string, Connector>> {
  const root = temporaryFolder();
  mkdirSync(join(root, 'connectors', 'shelf'), { recursive: true });
  writeFileSync(join(root, 'connectors', 'shelf', 'manifest.yaml'), change(MANIFEST));
  return loadConnectors(root);
}

export interface Packed {
  readonly name: string;
  readonly content?: string | Buffer;
  readonly stored?: boolean;
  /** lies of the directory */
  readonly size?: number;
  readonly flags?: number;
  readonly method?: number;
  readonly unixMode?: number;
  readonly crc?: number;
  readonly at?: number;
}

export function zipOf(files: readonly Packed[]): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const file of files) {
    const plain = Buffer.from(file.content ?? '');
    const packed = file.stored ? plain : deflateRawSync(plain);
    const name = Buffer.from(file.name);
    const method = file.method ?? (file.stored ? 0 : 8);
    const header = Buffer.alloc(30);
    header.writeUInt32LE(0x04034b50, 0);
    header.writeUInt16LE(method, 8);
    header.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(3 << 8, 4);
    entry.writeUInt16LE(file.flags ?? 0, 8);
    entry.writeUInt16LE(method, 10);
    entry.writeUInt32LE(file.crc ?? crc32(plain), 16);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt32LE(file.size ?? plain.length, 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(((file.unixMode ?? 0o100644) << 16) >>> 0, 38);
    entry.writeUInt32LE(file.at ?? at, 42);
    directory.push(entry, name);
    bodies.push(header, name, packed);
    at += 30 + name.length + packed.length;
  }
  const [body, list] = [Buffer.concat(bodies), Buffer.concat(directory)];
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Math.min(files.length, 0xffff), 8);
  end.writeUInt16LE(Math.min(files.length, 0xffff), 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(body.length, 16);
  return Buffer.concat([body, list, end]);
}

export const APP: Packed = { name: 'shelf.json', content: JSON.stringify({ id: 'a', title: 'Library', shelfVersion: 3, changed: 'today' }) };
export const PEOPLE: Packed = { name: 'parts/people.xml', content: '<?xml version="1.0"?><people><person><name>Ada &amp; Co</name><role>admin</role></person><person note="&#65;&lt;"><name>Bo</name></person></people>' };

/** Files by name, imported from one folder by the connector of these tests. */
export async function importShelf(files: Readonly<Record<string, Buffer | string>>, maxBytes?: number): Promise<Import> {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return importFiles([folder], { connectors: await shelf(), fingerprintKey: KEY, ...(maxBytes === undefined ? {} : { maxBytes }) });
}
