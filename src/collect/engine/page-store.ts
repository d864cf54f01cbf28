/** Where pages are kept while a collection runs. Owns the port and its form in memory; the database's is in activities. */
import type { JsonValue } from '../../model/resource.js';

export interface PageStore {
  read(type: string): Promise<JsonValue[]>;
  write(type: string, page: number, body: JsonValue): Promise<void>;
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
