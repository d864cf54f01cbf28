/** Seven things on three pages, in each way of paging. Owns no test. */
import { rows, walk } from './walk-fixtures.js';
import type { Platform, Reply, Seen, WalkOptions, Walked } from './walk-fixtures.js';

export const COUNT = 7;
export const SIZE = 3;
export const all = rows(COUNT);
export const slice = (from: number, size = SIZE): unknown[] => all.slice(from, from + size);
export const next = (from: number): number | null => (from + SIZE < COUNT ? from + SIZE : null);

export interface Kind {
  readonly rule: Record<string, unknown>;
  readonly post?: boolean;
  readonly platform: (seen: Seen) => Reply;
  /** what the requests after the first differ in */
  readonly asked: string[];
}

export const from = (seen: Seen, name: string): number => Number(seen.query[name] ?? 0);
const bodyOf = (seen: Seen): Record<string, unknown> => seen.body as Record<string, unknown>;

export const KINDS: Record<string, Kind> = {
  'cursor in the query': { rule: { kind: 'cursor', from: 'meta.next', to: 'after' }, platform: (seen) => ({ body: { data: slice(from(seen, 'after')), meta: { next: next(from(seen, 'after')) } } }), asked: ['/things', '/things?after=3', '/things?after=6'] },
  'cursor with a flag': { rule: { kind: 'cursor', from: 'next', to: 'after', more: 'has_more' }, platform: (seen) => ({ body: { data: slice(from(seen, 'after')), next: from(seen, 'after') + SIZE, has_more: next(from(seen, 'after')) !== null } }), asked: ['/things', '/things?after=3', '/things?after=6'] },
  'cursor in a header': { rule: { kind: 'cursor', from: 'next', to: 'X-After', in: 'header' }, platform: (seen) => { const at = Number(seen.headers['X-After'] ?? 0); return { body: { data: slice(at), next: next(at) } }; }, asked: ['/things', '/things', '/things'] },
  'cursor in the body': { post: true, rule: { kind: 'cursor', from: 'next', to: 'page.after', in: 'body' }, platform: (seen) => { const at = Number((bodyOf(seen)['page'] as Record<string, string> | undefined)?.['after'] ?? 0); return { body: { data: slice(at), next: next(at) } }; }, asked: ['/things', '/things', '/things'] },
  'offset by length': { rule: { kind: 'offset', offset: 'offset', size: { name: 'limit', value: SIZE } }, platform: (seen) => ({ body: { data: slice(from(seen, 'offset')) } }), asked: ['/things?limit=3', '/things?limit=3&offset=3', '/things?limit=3&offset=6'] },
  'offset told by the platform': { rule: { kind: 'offset', offset: 'offset', size: { name: 'limit', value: 100 }, next: 'next' }, platform: (seen) => ({ body: { data: slice(from(seen, 'offset')), next: next(from(seen, 'offset')) } }), asked: ['/things?limit=100', '/things?limit=100&offset=3', '/things?limit=100&offset=6'] },
  'offset in the body, as numbers': { post: true, rule: { kind: 'offset', offset: 'skip', size: { name: 'take', value: SIZE }, in: 'body' }, platform: (seen) => { const at = bodyOf(seen)['skip'] ?? 0; if (typeof at !== 'number' || bodyOf(seen)['take'] !== SIZE) throw new Error('no number'); return { body: { data: slice(at) } }; }, asked: ['/things', '/things', '/things'] },
  'page numbers from one': { rule: { kind: 'page', page: 'page', size: { name: 'per_page', value: SIZE } }, platform: (seen) => ({ body: { data: slice((from(seen, 'page') - 1) * SIZE) } }), asked: ['/things?page=1&per_page=3', '/things?page=2&per_page=3', '/things?page=3&per_page=3'] },
  'page numbers from zero, with a flag': { rule: { kind: 'page', page: 'p', first: 0, more: 'more' }, platform: (seen) => ({ body: { data: slice(from(seen, 'p') * SIZE), more: next(from(seen, 'p') * SIZE) !== null } }), asked: ['/things?p=0', '/things?p=1', '/things?p=2'] },
  'page numbers with their number': { rule: { kind: 'page', page: 'p', pages: 'pages' }, platform: (seen) => ({ body: { data: slice((from(seen, 'p') - 1) * SIZE), pages: 3 } }), asked: ['/things?p=1', '/things?p=2', '/things?p=3'] },
  'next address, the second of two spellings': { rule: { kind: 'next-url', from: ['@odata.nextLink', 'nextLink'] }, platform: (seen) => { const at = from(seen, '$skip'); return { body: { data: slice(at), ...(next(at) === null ? {} : { nextLink: `https://made-up.example.com/api/things?$skip=${next(at)}&$top=3` }) } }; }, asked: ['/things', '/things?$skip=3&$top=3', '/things?$skip=6&$top=3'] },
  'next address without its host': { rule: { kind: 'next-url', from: ['next'] }, platform: (seen) => ({ body: { data: slice(from(seen, 'at')), next: next(from(seen, 'at')) === null ? null : `/api/things?at=${next(from(seen, 'at'))}` } }), asked: ['/things', '/things?at=3', '/things?at=6'] },
  'link header': { rule: { kind: 'link-header' }, platform: (seen) => { const at = from(seen, 'at'); return { headers: next(at) === null ? { link: '' } : { link: `<https://made-up.example.com/api/things?at=0>;rel="first",<https://made-up.example.com/api/things?at=${next(at)}>;rel="next"` }, body: { data: slice(at) } }; }, asked: ['/things', '/things?at=3', '/things?at=6'] },
  'keyset, ascending numbers': { rule: { kind: 'keyset', to: 'since_id', by: 'n', order: 'ascending', size: { name: 'limit', value: SIZE } }, platform: (seen) => ({ body: { data: all.map((row, n) => ({ ...row, n: n + 8 })).filter((row) => row.n > Number(seen.query['since_id'] ?? 0)).slice(0, SIZE) } }), asked: ['/things?limit=3', '/things?limit=3&since_id=10', '/things?limit=3&since_id=13'] },
  'keyset, descending': { rule: { kind: 'keyset', to: 'before', by: 'n', order: 'descending', size: { name: 'limit', value: SIZE } }, platform: (seen) => ({ body: { data: all.map((row, n) => ({ ...row, n: 100 - n })).filter((row) => row.n < Number(seen.query['before'] ?? 1000)).slice(0, SIZE) } }), asked: ['/things?limit=3', '/things?limit=3&before=98', '/things?limit=3&before=95'] },
};

/** Without a second look, so that each request counts; `{ recheck: undefined }` takes what holds without a word. */
export const things = ({ rule, post }: Kind, more: Record<string, unknown> = {}): Record<string, Record<string, unknown>> => ({
  things: { ...(post ? { readOnlyPost: { path: '/things', reason: 'a search, which changes nothing' } } : { get: '/things' }), items: 'data', key: 'id', paging: { recheck: false, ...rule, ...more } },
});
export const ids = (walked: Walked): string[] => walked.items('things').map((item) => String(item['id'])).sort();
export const run = (kind: Kind, platform: Platform = kind.platform, options: WalkOptions & { paging?: Record<string, unknown> } = {}): Promise<Walked> => walk(things(kind, options.paging), platform, options);
