/** Emits the resources of one file, or one document of it. Owns that two files of one import never share a key. */
import type { Resource } from '../../model/resource.js';
import { resourceId } from '../../model/resource.js';
import { emitResources } from '../emit/emit.js';
import type { Connector } from '../manifest/connector.js';
import type { ItemsByType } from './file-items.js';
import type { FoundFile } from './find-files.js';

/** ids of resources that were emitted, by connector */
export type Taken = Map<string, Set<string>>;

export function newTaken(): Taken {
  return new Map();
}

export interface FilePart {
  readonly connector: Connector;
  readonly found: FoundFile;
  readonly items: ItemsByType;
  /** of the document within its file; null = the file is one */
  readonly index: number | null;
}

function emitted({ connector, found, items, index }: FilePart, suffix: string): Resource[] {
  const fileKey = `file:${found.label}${index === null || index === 0 ? '' : `#${index}`}`;
  const resources = emitResources(connector, items, { source: 'file', file: found.file, fileKey, suffix });
  return resources.map((resource) => (resource.location.file === null ? { ...resource, location: { ...resource.location, file: found.file } } : resource));
}

/** Resources of the part; where a workflow of an earlier file has the same key, all keys of this one name the file. */
export function emitPart(part: FilePart, taken: Taken): Resource[] {
  const ids = taken.get(part.connector.id) ?? new Set<string>();
  taken.set(part.connector.id, ids);
  const place = part.index === null || part.index === 0 ? part.found.file : `${part.found.file}#${part.index}`;
  const isTaken = (resource: Resource): boolean => ids.has(resourceId(resource));
  let resources = emitted(part, '');
  if (resources.some(({ kind, key }) => (kind === 'workflow' || kind === 'connector') && ids.has(resourceId({ kind, key })))) resources = emitted(part, `~${place}`);
  const own = resources.map((resource) => (isTaken(resource) ? { ...resource, key: `${resource.key}~${place}` } : resource));
  for (const resource of own) ids.add(resourceId(resource));
  return own;
}
