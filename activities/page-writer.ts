/**
 * Writes the pages of a running scan in the order in which they come. Owns what is waited for: a list of one page is stored while the next
 * list is read; of a longer list, each page is stored before the next one is taken, so that little is asked for twice after a kill.
 */
import type { JsonValue } from '../src/model/resource.js';
import { copyPages, writePages, type TenantTx, type WrittenPage } from '../src/store/index.js';

type Copy = Parameters<typeof copyPages>[1];

export interface PageWriter {
  /** pages of another scan are this one's too, from before the next page on */
  copy(copy: Copy): void;
  write(resourceType: string, page: number, body: JsonValue): Promise<void>;
  /** resolves when all is stored; throws what kept a page from being stored */
  drain(): Promise<void>;
}

export interface PageWriterOptions {
  readonly inTenant: <T>(work: (tx: TenantTx) => Promise<T>) => Promise<T>;
  readonly scanId: string;
}

/** More than this is not held back. */
const MOST_WAITING = 50;

function isWholeList(page: number, body: JsonValue): boolean {
  return page === 0 && typeof body === 'object' && body !== null && !Array.isArray(body) && body['next'] === null;
}

export function openPageWriter({ inTenant, scanId }: PageWriterOptions): PageWriter {
  let copies: Copy[] = [];
  /** by type and number: of a page that is written twice, the last counts */
  let waiting = new Map<string, WrittenPage>();
  let writing: Promise<void> | null = null;
  let failure: { readonly error: unknown } | null = null;

  const writeAll = async (): Promise<void> => {
    while (waiting.size > 0 && failure === null) {
      const [pages, from] = [[...waiting.values()], copies];
      [waiting, copies] = [new Map(), []];
      await inTenant(async (tx) => {
        for (const copy of from) await copyPages(tx, copy);
        await writePages(tx, pages);
      }).catch((error: unknown) => { failure = { error }; });
    }
    writing = null;
  };
  const drain = async (): Promise<void> => {
    while (writing !== null) await writing;
    if (failure !== null) throw failure.error;
  };

  return {
    copy: (copy) => void copies.push(copy),
    async write(resourceType, page, body) {
      if (failure !== null) throw failure.error;
      waiting.set(`${page} ${resourceType}`, { scanId, resourceType, page, body });
      writing ??= writeAll();
      if (!isWholeList(page, body) || waiting.size > MOST_WAITING) await drain();
    },
    drain,
  };
}
