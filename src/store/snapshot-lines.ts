/**
 * One resource as a snapshot keeps it: its canonical text, which its digest is of, with the place where it was found. Owns this form and the
 * forms before it. Text takes a small part of the room that objects take: a large estate is turned into lines as its resources are made.
 */
import { promisify } from 'node:util';
import { deflate, inflate } from 'node:zlib';
import { ofCanonicalBytes, resourceBody, sha256 } from '../model/canonical.js';
import type { JsonValue, Location, Resource } from '../model/resource.js';
import type { SnapshotEntry } from '../model/snapshot.js';

const squeeze = promisify(deflate);
const unsqueeze = promisify(inflate);

export interface SnapshotLine extends SnapshotEntry {
  readonly kind: Resource['kind'];
  readonly location: Location;
  readonly evidence: Resource['evidence'];
  /** the canonical JSON of kind, key, name and properties */
  readonly body: Uint8Array;
}

type Body = Pick<Resource, 'kind' | 'key' | 'name' | 'properties'>;
type Written = [Body, Location, Resource['evidence'], string];

/** Bodies lie close together in long stretches: by themselves they would take more room for their keeping than for what they say. */
const STRETCH = 512 * 1024;
let stretch = Buffer.allocUnsafeSlow(STRETCH);
let end = 0;

function kept(bytes: Uint8Array): Uint8Array {
  if (bytes.length > STRETCH / 4) return Uint8Array.from(bytes);
  if (end + bytes.length > STRETCH) [stretch, end] = [Buffer.allocUnsafeSlow(STRETCH), 0];
  stretch.set(bytes, end);
  end += bytes.length;
  return stretch.subarray(end - bytes.length, end);
}

export function toLine(resource: Resource): SnapshotLine {
  const { kind, key, name, location, evidence } = resource;
  return ofCanonicalBytes(resourceBody(resource), (bytes) => ({ kind, key, name, location, evidence, digest: sha256(bytes), body: kept(bytes) }));
}

/** Sorted by kind and key, as snapshots are. */
export function toLines(resources: readonly Resource[]): SnapshotLine[] {
  return sortLines(resources.map(toLine));
}

export function sortLines(lines: SnapshotLine[]): SnapshotLine[] {
  return lines.sort((a, b) => compareText(a.kind, b.kind) || compareText(a.key, b.key));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function readLine({ body, location, evidence, digest }: SnapshotLine): Resource {
  return resourceOf([JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.length).toString()) as Body, location, evidence, digest]);
}

function resourceOf([{ kind, key, name, properties }, location, evidence]: Written): Resource {
  return { kind, key, name, properties, location, evidence };
}

/** The stored form of some lines: `[[body, location, evidence, digest], ...]` as JSON, squeezed. */
export async function squeezed(lines: readonly SnapshotLine[]): Promise<Buffer> {
  const parts = lines.flatMap(({ body, location, evidence, digest }, index) => [
    Buffer.from(index === 0 ? '[[' : ',['), body, Buffer.from(`,${JSON.stringify(location)},${JSON.stringify(evidence)},"${digest}"]`),
  ]);
  return squeeze(Buffer.concat([...parts, Buffer.from(lines.length === 0 ? '[]' : ']')]), { level: 1 });
}

export interface StoredResource {
  readonly resource: Resource;
  readonly digest: string;
}

const PLAIN = '['.charCodeAt(0);
/** kind, key, name, properties, location, evidence, digest */
type EarlierLine = [Resource['kind'], string, string, Record<string, JsonValue>, Location, Resource['evidence'], string];
/** In the first version, which did not squeeze. */
type FirstLine = [string, string, string, Body, Location, Resource['evidence'], string];

/** What `squeezed` and the versions before it wrote. */
export async function unsqueezed(content: Buffer): Promise<StoredResource[]> {
  const isFirst = content[0] === PLAIN;
  const lines = JSON.parse((isFirst ? content : await unsqueeze(content)).toString('utf8')) as (Written | EarlierLine | FirstLine)[];
  return lines.map((line) => {
    if (line.length === 4) return { resource: resourceOf(line), digest: line[3] };
    const [kind, key, name, told, location, evidence, digest] = line;
    return { resource: isFirst ? resourceOf([told as Body, location, evidence, digest]) : { kind: kind as Resource['kind'], key, name, properties: told as Resource['properties'], location, evidence }, digest };
  });
}
