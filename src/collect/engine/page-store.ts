/** Where pages are kept while a collection runs. Owns the port and its form in memory; the database's is in activities. */
import type { JsonValue } from '../../model/resource.js';

export interface PageStore {
  /** in page order */
  read(type: string): Promise<JsonValue[]>;
  /** a page written again replaces what was there */
  write(type: string, page: number, body: JsonValue): Promise<void>;
  /** pages of the last finished scan: what the platform says is unchanged is taken from there */
  previous?(type: string): Promise<JsonValue[]>;
}

/** Keeps pages in memory: for the terminal scan and for tests. */
export function memoryPages(): PageStore {
  const kept = new Map<string, JsonValue[]>();
  return {
    async read(type) { return [...(kept.get(type) ?? [])]; },
    async write(type, page, body) {
      const list = kept.get(type) ?? [];
      list[page] = body;
      kept.set(type, list);
    },
  };
}
