/** What reading a type needs, and what it gives. Owns these shapes only. */
import type { Connector } from '../manifest/connector.js';
import type { AskReader } from './ask-page.js';
import type { PageStore } from './page-store.js';
import type { Page, PageEnd } from './pages.js';

export interface TypeReader extends AskReader {
  readonly connector: Connector;
  readonly pages: PageStore;
  /** where the last scan left off, by type */
  readonly bookmarks: Readonly<Record<string, string>>;
  readonly now: () => number;
  readonly onProgress: (progress: { type: string; title: string; page: number; read: number }) => void;
}

/** What was read of a type: the answers of its lists, and why it is not whole. */
export interface Reading {
  readonly lists: readonly (readonly Page[])[];
  readonly end: PageEnd | null;
}
