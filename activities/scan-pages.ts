/**
 * The pages of a running scan, over the store. Owns: keeping each page as soon as it is read, so that a killed worker goes on after the last
 * one; and telling whether all pages are those of the scan before. While they are, nothing is written: they are there already.
 */
import type { PageStore } from '../src/collect/index.js';
import { canonicalJson } from '../src/model/canonical.js';
import type { JsonValue } from '../src/model/resource.js';
import { readPages, type KeptPages, type TenantTx } from '../src/store/index.js';
import { openPageWriter } from './page-writer.js';

export interface ScanPages extends PageStore {
  /** true once every page of the scan before was read again and none is new or another */
  unchanged(): boolean;
  /** how many pages of each type were found unchanged and are not written: for the heartbeat, so that the next worker does not ask for them again */
  held(): Readonly<Record<string, number>>;
  /** resolves when all that was written is stored; throws when it could not be */
  drain(): Promise<void>;
}

export interface ScanPagesOptions {
  readonly inTenant: <T>(work: (tx: TenantTx) => Promise<T>) => Promise<T>;
  readonly scanId: string;
  readonly kept: KeptPages | null;
  /** types of which an earlier try of this scan has stored pages */
  readonly stored: readonly string[];
  /** of an earlier try of this scan */
  readonly held: Readonly<Record<string, number>>;
}

export function openScanPages({ inTenant, scanId, kept, stored, held: before }: ScanPagesOptions): ScanPages {
  const held: Record<string, number> = kept === null ? {} : { ...before };
  const loaded = new Map<string, Promise<JsonValue[]>>();
  const writer = openPageWriter({ inTenant, scanId });
  let changed = kept === null || stored.length > 0;

  const previous = (type: string): Promise<JsonValue[]> => {
    if (kept === null || kept.counts[type] === undefined) return Promise.resolve([]);
    const known = loaded.get(type) ?? inTenant((tx) => readPages(tx, kept.scanId, type));
    loaded.set(type, known);
    return known;
  };
  const isHeld = async (type: string, page: number, body: JsonValue): Promise<boolean> => {
    if (changed || page > (held[type] ?? 0)) return false;
    return isSame(body, (await previous(type))[page]);
  };

  return {
    previous,
    held: () => held,
    unchanged: () => !changed && kept !== null && Object.entries(kept.counts).every(([type, count]) => held[type] === count),
    drain: writer.drain,
    async read(type) {
      if (stored.includes(type)) return inTenant((tx) => readPages(tx, scanId, type));
      const again = changed ? 0 : (held[type] ?? 0);
      return again === 0 ? [] : (await previous(type)).slice(0, again);
    },
    async write(type, page, body) {
      if (await isHeld(type, page, body)) {
        held[type] = page + 1;
        return;
      }
      if (!changed && kept !== null) writer.copy({ from: kept.scanId, to: scanId, counts: { ...held } });
      changed = true;
      await writer.write(type, page, body);
    },
  };
}

type PageBody = { readonly items?: unknown; readonly [name: string]: unknown };

/** A page that was taken over holds the very items of the earlier one, so that nothing need be compared by its text. */
function isSame(page: JsonValue, earlier: JsonValue | undefined): boolean {
  if (earlier === undefined) return false;
  // Hash and entity tag are those of the answer as it came, with all that is left out as volatile.
  const [{ items: now, hash: _hash, etag: _etag, ...rest }, { items: then, hash: _hashThen, etag: _etagThen, ...restThen }] = [page as PageBody, earlier as PageBody];
  if (!Array.isArray(now) || !Array.isArray(then) || now.length !== then.length) return false;
  if (canonicalJson(rest) !== canonicalJson(restThen)) return false;
  return now.every((item, index) => item === then[index]) || canonicalJson(now) === canonicalJson(then);
}
