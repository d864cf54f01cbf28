/** Reads the members of an archive that one connector knows. Owns: which archive is whose, and that a broken member does not stop the rest. */
import { createHash } from 'node:crypto';
import type { JsonValue } from '../../model/resource.js';
import { NO_NODES, asText } from '../expressions/scope.js';
import type { Connector } from '../manifest/connector.js';
import { TooDeepError } from '../redact/redact.js';
import { addItems, hasRoot, itemsAt, itemsOfType } from './file-items.js';
import type { Cleaning, TypeItems, TypedItems } from './file-items.js';
import type { FileProblem } from './find-files.js';
import { documentFrom } from './read-document.js';
import { UnreadableFileError } from './unreadable.js';
import { ZIP_LIMITS, checkArchive, readDirectory } from './zip-directory.js';
import type { ArchiveMember, ByteSource } from './zip-directory.js';
import { nameMatches, unpack } from './zip-members.js';

export interface ArchiveRead {
  readonly types: TypedItems;
  /** members that could not be read, or not wholly, by their name inside the archive */
  readonly problems: readonly FileProblem[];
  /** for each member of which nothing could be read, the type it should have held */
  readonly unopened: readonly string[];
}

interface Opened {
  readonly source: ByteSource;
  readonly label: string;
  readonly limit: number;
  readonly key: Uint8Array;
}
type Part = NonNullable<Connector['files']>['parts'][number];

function claimsOf({ files }: Connector, members: readonly ArchiveMember[]): { readonly met: readonly string[]; readonly missing: readonly string[] } {
  const claims = files?.rule.archive?.claims ?? [];
  const met = claims.filter((pattern) => members.some(({ name }) => nameMatches(pattern, name)));
  return { met, missing: claims.filter((pattern) => !met.includes(pattern)) };
}

/** Throws UnreadableFileError for an archive that lacks a part of what makes it one of a platform, or only holds archives. */
function ownerOf(members: readonly ArchiveMember[], connectors: readonly Connector[]): Connector | null {
  const claimed = connectors.map((connector) => ({ connector, ...claimsOf(connector, members) })).filter(({ met }) => met.length > 0);
  const whole = claimed.find(({ missing }) => missing.length === 0);
  if (whole) return whole.connector;
  const [broken] = claimed;
  if (broken) throw new UnreadableFileError(`it looks like an export of ${broken.connector.title}, but ${broken.missing.join(' and ')} ${broken.missing.length === 1 ? 'is' : 'are'} missing in it`);
  if (members.some(({ name }) => name.toLowerCase().endsWith('.zip'))) throw new UnreadableFileError('it is an archive of archives; unpack it first, archives inside are not opened');
  return null;
}

/** A file of an archive tells its own name in `bound.file`: some platforms keep the id of a thing nowhere else. */
function readMember(member: ArchiveMember, { part, source }: { readonly part: Part; readonly source: JsonValue | undefined }, opened: Opened & Cleaning): TypeItems {
  const bytes = unpack(opened.source, member, opened.limit);
  const { value } = documentFrom(bytes, part.as);
  if (part.as === 'xml' && !hasRoot(value, source)) throw new UnreadableFileError('it is another document than its name says');
  const { items, broken } = itemsAt(value, { items: part.items, source });
  const named = items.map((item) => ({ ...item, bound: { file: member.name } }));
  const read: TypeItems = { items: [], broken, notes: [] };
  addItems(read, part.type, named, { ...opened, from: 0, place: { label: `${opened.label}/${member.name}`, hash: createHash('sha256').update(bytes).digest('hex') } });
  return read;
}

/** The reason in words. Throws what is no fault of the file. */
export function unreadableReason(error: unknown): string {
  if (error instanceof UnreadableFileError) return error.message;
  if (error instanceof TooDeepError || error instanceof RangeError) return 'it is nested too deep';
  throw error;
}

/** Files that are named in another one of the archive and are not there. */
function missingFiles({ listed, path }: Part, members: readonly ArchiveMember[], types: TypedItems): string[] {
  if (listed === null) return [];
  const named = (types.get(listed.in)?.items ?? []).map(({ value }) => asText(listed.name({ root: value, variables: {}, nodes: NO_NODES }))?.replace(/^\//, '') ?? '');
  return [...new Set(named)].filter((name) => nameMatches(path, name) && !members.some((member) => member.name === name));
}

export const OTHER_SHAPE = 'of its entries have another shape than expected; the others were judged';

export interface OwnedArchive {
  readonly connector: Connector;
  readonly members: readonly ArchiveMember[];
}

/** `null` = an archive of something else. Throws UnreadableFileError when it cannot be opened. */
export function ownedArchive(source: ByteSource, connectors: readonly Connector[]): OwnedArchive | null {
  const members = readDirectory(source);
  const connector = ownerOf(members, connectors);
  return connector && { connector, members };
}

/** Throws RefusedArchiveError for one that is made to harm. */
export function readArchive({ connector, members }: OwnedArchive, opened: Opened): ArchiveRead {
  checkArchive(members, opened.limit * ZIP_LIMITS.growth);
  const types: TypedItems = new Map();
  const problems: FileProblem[] = [];
  const unopened: string[] = [];
  const sources = connector.files!.rule.archive!.parts.map(({ items }) => items);
  for (const [index, part] of connector.files!.parts.entries()) {
    const into = members.some(({ name }) => nameMatches(part.path, name)) ? itemsOfType(types, part.type) : null;
    for (const member of members.filter(({ name }) => nameMatches(part.path, name))) {
      try {
        const read = readMember(member, { part, source: sources[index] }, { ...opened, connector });
        into!.items.push(...read.items);
        into!.notes.push(...read.notes);
        into!.broken += read.broken;
        if (read.broken > 0) problems.push({ file: member.name, reason: `${read.broken} ${OTHER_SHAPE}` });
        for (const reason of read.notes) problems.push({ file: member.name, reason });
      } catch (error) {
        problems.push({ file: member.name, reason: unreadableReason(error) });
        unopened.push(part.type);
      }
    }
  }
  for (const part of connector.files!.parts) {
    for (const file of missingFiles(part, members, types)) {
      problems.push({ file, reason: 'it is named in the archive and is not there' });
      unopened.push(part.type);
    }
  }
  return { types, problems, unopened };
}
