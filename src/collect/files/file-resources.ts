/** Emits the resources of one file, or one document of it, and tells what was not understood. Owns that two files of one import never share a key. */
import type { Resource } from '../../model/resource.js';
import { resourceId } from '../../model/resource.js';
import { emission } from '../emit/emit.js';
import type { Emission, UnreadPart } from '../emit/emit.js';
import type { Connector } from '../manifest/connector.js';
import { itemsByType } from './file-items.js';
import type { TypedItems } from './file-items.js';
import type { FoundFile } from './find-files.js';

/** ids of resources that were emitted, by connector */
export type Taken = Map<string, Set<string>>;

export function newTaken(): Taken {
  return new Map();
}

export interface FilePart {
  readonly connector: Connector;
  readonly found: FoundFile;
  readonly types: TypedItems;
  /** of the document within its file; null = the file is one */
  readonly index: number | null;
}

function emissionOf({ connector, found, types, index }: FilePart, suffix: string): Emission {
  const fileKey = `file:${found.label}${index === null || index === 0 ? '' : `#${index}`}`;
  return emission(connector, itemsByType(types), { source: 'file', file: found.file, fileKey, suffix });
}

function located(resources: readonly Resource[], { found: { file } }: FilePart): Resource[] {
  return resources.map((resource) => (resource.location.file === null ? { ...resource, location: { ...resource.location, file } } : resource));
}

/** Resources of the part, and what was not understood; where a workflow of an earlier file has the same key, all keys of this one name the file. */
export function emitPart(part: FilePart, taken: Taken): { readonly resources: Resource[]; readonly unread: readonly UnreadPart[] } {
  const ids = taken.get(part.connector.id) ?? new Set<string>();
  taken.set(part.connector.id, ids);
  const place = part.index === null || part.index === 0 ? part.found.file : `${part.found.file}#${part.index}`;
  const isTaken = (resource: Resource): boolean => ids.has(resourceId(resource));
  const made = emissionOf(part, '');
  let resources = made.resources();
  if (resources.some((resource) => (resource.kind === 'workflow' || resource.kind === 'connector') && isTaken(resource))) resources = emissionOf(part, `~${place}`).resources();
  const own = located(resources, part).map((resource) => (isTaken(resource) ? { ...resource, key: `${resource.key}~${place}` } : resource));
  for (const resource of own) ids.add(resourceId(resource));
  return { resources: own, unread: made.unread() };
}
