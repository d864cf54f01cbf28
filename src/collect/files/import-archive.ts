/** Reads the members of an archive that one connector knows. Owns: which archive is whose, and that a broken member does not stop the rest. */
import { createHash } from 'node:crypto';
import type { Connector } from '../manifest/connector.js';
import { TooDeepError } from '../redact/redact.js';
import { cleanItems, itemsAt, sourceItems } from './file-items.js';
import type { Cleaning, ItemsByType } from './file-items.js';
import type { FileProblem } from './find-files.js';
import { documentFrom } from './read-document.js';
import { UnreadableFileError } from './unreadable.js';
import { ZIP_LIMITS, checkArchive, readDirectory } from './zip-directory.js';
import type { ArchiveMember, ByteSource } from './zip-directory.js';
import { nameMatches, unpack } from './zip-members.js';

export interface ArchiveRead {
  readonly connector: Connector;
  readonly items: ItemsByType;
  /** members that could not be read, by their name inside the archive, and the type they are of */
  readonly problems: readonly (FileProblem & { readonly type: string })[];
}

interface Opened {
  readonly source: ByteSource;
  readonly label: string;
  readonly limit: number;
  readonly key: Uint8Array;
}

function ownerOf(members: readonly ArchiveMember[], connectors: readonly Connector[]): Connector | undefined {
  const has = (pattern: string): boolean => members.some(({ name }) => nameMatches(pattern, name));
  return connectors.find((connector) => connector.files?.rule.archive?.claims.every(has) === true);
}

/** A file of an archive tells its own name in `bound.file`: some platforms keep the id of a thing nowhere else. */
function readMember(member: ArchiveMember, part: NonNullable<Connector['files']>['parts'][number], opened: Opened & Cleaning, into: ItemsByType): number {
  const bytes = unpack(opened.source, member, opened.limit);
  const { value } = documentFrom(bytes, part.as);
  const { items, broken } = itemsAt(value, part.items);
  const named = items.map((item) => ({ ...item, bound: { file: member.name } }));
  const clean = cleanItems(part.type, named, opened);
  const list = into.get(part.type) ?? [];
  into.set(part.type, list);
  list.push(...sourceItems(clean, { label: `${opened.label}/${member.name}`, hash: createHash('sha256').update(bytes).digest('hex') }, 0));
  return broken;
}

function problemOf(error: unknown): string {
  if (error instanceof UnreadableFileError) return error.message;
  if (error instanceof TooDeepError || error instanceof RangeError) return 'it is nested too deep';
  throw error;
}

/** `null` = an archive of something else. Throws UnreadableFileError when it cannot be opened, or is made to harm. */
export function readArchive(opened: Opened, connectors: readonly Connector[]): ArchiveRead | null {
  const members = readDirectory(opened.source);
  const connector = ownerOf(members, connectors);
  if (!connector) return null;
  checkArchive(members, opened.limit * ZIP_LIMITS.growth);
  const items: ItemsByType = new Map();
  const problems: ArchiveRead['problems'][number][] = [];
  for (const part of connector.files!.parts) {
    for (const member of members.filter(({ name }) => nameMatches(part.path, name))) {
      const notes: string[] = [];
      const add = (reason: string): void => void problems.push({ file: member.name, type: part.type, reason });
      try {
        const broken = readMember(member, part, { ...opened, connector, notes }, items);
        if (broken > 0) add(`${broken} of its entries have another shape than expected; the others were judged`);
        for (const note of notes) add(note);
      } catch (error) {
        add(problemOf(error));
      }
    }
  }
  return { connector, items, problems };
}
