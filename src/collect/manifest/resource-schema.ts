/** What is asked of a platform: one resource type per entry. Owns the shapes of requests, paging, loops and availability. */
import { z } from 'zod';
import { RESOURCE_KINDS } from '../../model/resource.js';
import { LimitRule } from './auth-schema.js';
import { expression, expressions, query, readOnlyPost, template, texts } from './expression-schema.js';

export const BECAUSE = ['plan', 'edition', 'version', 'api'] as const;
const because = z.enum(BECAUSE).describe('What keeps it away: the plan that was bought, the edition, the version, or an API that does not have it.');

const StatusRule = z.strictObject({
  status: z.array(z.number().int()).min(1),
  bodyHas: z.string().optional().describe('A text that the body must hold for the rule to apply, without regard to case.'),
  state: z.enum(['unavailable', 'forbidden', 'empty']),
  because: because.optional(),
  reason: z.string().optional(),
  normal: z.boolean().optional().describe('With `empty` in a loop: most items may answer so. Without it, an item that was listed and is not found counts as not read, beyond the few that went away meanwhile.'),
});
/** An answer of 200 that says no in its body. */
const BodyRule = z.strictObject({ when: expression, state: z.enum(['unavailable', 'forbidden', 'empty']), because: because.optional(), reason: z.string().optional() });

const size = z.strictObject({ name: z.string(), value: z.number().int().positive() });
const place = z.enum(['query', 'body', 'header']).default('query');
const common = {
  recheck: z.boolean().optional().describe('Asks earlier pages again at the end: for lists that lose a row when another one is deleted meanwhile. Without a word, lists by offset, by page number and of SCIM are, and others where `total` changed on the way or an item came twice; lists of events are not. `false` only where the platform\'s documentation says that its pages cannot shift.'),
  maxPages: z.number().int().positive().max(20_000).default(4_000),
  /** statuses that mean "no such page" after the first one */
  pastEnd: z.array(z.number().int()).default([]).describe('Statuses that mean the end when they answer a later page.'),
};
export const PagingRule = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('cursor'), from: z.string(), to: z.string(), in: place, more: z.string().optional().describe('A path that is false at the end.'),
    overlap: z.string().optional().describe('For a cursor that is base64 of a JSON object: its member that counts entries. Each page is then asked for from one entry earlier; where it begins with the last entry of the page before, nothing moved between the two, and `recheck` need not ask again. Only for lists whose entries never change their order.'), ...common }),
  z.strictObject({ kind: z.literal('offset'), offset: z.string(), size, in: place, next: z.string().optional().describe('Path of the next offset, null at the end.'), more: z.string().optional(), ...common }),
  z.strictObject({ kind: z.literal('page'), page: z.string(), first: z.number().int().default(1), size: size.optional(), in: place, more: z.string().optional(), pages: z.string().optional().describe('Path of the number of pages.'), ...common }),
  z.strictObject({ kind: z.literal('next-url'), from: z.array(z.string()).min(1).describe('Paths of the next address, the first that is there counts; it must stay on the same host.'), ...common }),
  z.strictObject({ kind: z.literal('link-header'), ...common }),
  z.strictObject({ kind: z.literal('keyset'), to: z.string(), by: expression, order: z.enum(['ascending', 'descending']), size, ...common }),
  z.strictObject({ kind: z.literal('scim'), size: z.number().int().positive().default(100), ...common }),
]);
export type PagingRule = z.infer<typeof PagingRule>;

const ForEach = z.strictObject({
  of: z.string().describe('The resource type whose items are gone through; it must stand before this one.'),
  when: expression.optional().describe('Leaves out items for which this is not true.'),
  bind: expressions.describe('Values for `{name}` in the request; each item read carries them as `bound.name`.'),
  limit: z.number().int().positive().default(500).describe('More items than this end the type as partial.'),
  batch: z.strictObject({ size: z.number().int().positive(), of: z.string(), as: z.enum(['repeat', 'csv', 'brackets', 'indexed']), to: z.string() }).optional()
    .describe('Asks for several at once: the bound value `of` of up to `size` items goes into the query parameter `to`.'),
});

/** Bytes that hold a document of their own. Redaction runs after each. */
const DecodeRule = z.strictObject({
  path: z.string().describe('From the item; `*` for any member. The empty path is the item itself.'),
  as: z.enum(['json', 'xml', 'yaml', 'base64', 'base64-gzip', 'query-string', 'boolean', 'number', 'epoch-seconds', 'epoch-ms', 'link-value', 'list', 'members'])
    .describe('`link-value`: {link, value} becomes the value. `list`: a comma-separated text becomes a list. `members`: {a: {...}} becomes [{key: a, ...}].'),
});

const JobRule = z.strictObject({
  submit: readOnlyPost.optional(),
  start: template.optional().describe('A GET that starts the job, where the platform has it so.'),
  id: z.string().describe('Path of the job\'s id in the answer; `{job}` in what follows.'),
  poll: template,
  every: z.number().int().positive().default(5).describe('Seconds between two looks.'),
  atMost: z.number().int().positive().default(600).describe('Seconds until the job is given up.'),
  done: expression,
  failed: expression.optional(),
  result: z.strictObject({ get: template.optional(), url: z.string().optional().describe('Path of an address in the last answer; same host only.'), as: z.enum(['json', 'ndjson', 'csv', 'zip-json']).default('json') }).optional(),
});

const SinceRule = z.strictObject({
  to: z.string().describe('The query parameter that takes the time. Where that parameter stands in `query` with `{since}` in its text, the time is filled in there. Of an export (`job`) it only names the time: `{since}` and `{now}` stand in what starts the export.'),
  as: z.enum(['iso', 'date', 'epoch-seconds', 'epoch-ms']),
  at: expression.describe('The time of an event.'),
  overlap: z.number().int().nonnegative().default(300).describe('Seconds that are read again, so that a late event is not lost.'),
  maxAge: z.number().int().positive().describe('Days that the platform keeps; the first scan goes back as far, at most 30.'),
});

/** What the trials of a connector leave alone, and why. `*` stands for one member, `**` for any number of them, also none. */
const excuses = z.array(z.strictObject({ path: z.string().min(1), reason: z.string().min(10) })).default([]);

export const ResourceRule = z.strictObject({
  title: z.string().describe('Words for people, e.g. "Workflows".'),
  host: z.string().default('main'),
  get: template.optional(),
  readOnlyPost: readOnlyPost.optional(),
  job: JobRule.optional().describe('An export that the platform makes on demand.'),
  query: query.optional(),
  headers: texts.optional().describe('`{name}` is filled in.'),
  items: expression.optional().describe('Where the items are in the body; absent = the body is the list. `{ entries: path }` takes a map as [{key, value}].'),
  single: z.boolean().default(false).describe('The body is one object, not a list.'),
  key: expression.optional().describe('What tells items apart across pages.'),
  paging: PagingRule.optional(),
  total: z.union([z.string(), z.strictObject({ header: z.string() })]).optional().describe('Where the platform tells how many there are; a scan that read fewer is partial.'),
  decode: z.array(DecodeRule).default([]).describe('Applied in order to each item, before redaction.'),
  sets: z.array(z.strictObject({ path: z.string(), by: z.string().default('') })).default([]).describe('Lists whose order means nothing; sorted by this member.'),
  ordered: excuses.describe('Lists whose order means something, or is kept by the platform as a person gave it: `connector test` turns round every other list and expects the same result.'),
  steady: excuses.describe('Times and other values that look as if they moved by themselves, and change only when somebody changes them, such as an end of validity: `connector test` moves all others and expects the same result.'),
  since: SinceRule.optional().describe('Only what is new since the last scan is asked for. For events only.'),
  feeds: z.array(z.enum(RESOURCE_KINDS)).optional().describe('Resource kinds whose facts come from here, where `emit` and `graphs` do not show it.'),
  forEach: ForEach.optional(),
  matrix: z.record(z.string(), z.array(z.string()).min(1)).optional().describe('Constants; one request per combination (and per item of `forEach`).'),
  recurse: z.strictObject({ bind: expressions, start: texts.default({}), depth: z.number().int().positive().max(30).default(10) }).optional()
    .describe('Asks again for each item found, with these bound values; for trees of folders.'),
  onlyFrom: z.string().optional().describe('A semver range such as ">=2.36.0": on other versions it is unavailable(version) and not asked for.'),
  required: z.boolean().default(false).describe('Without it the scan is incomplete.'),
  right: z.string().describe('The right that the key needs, by the platform\'s own name; `none` when it needs none.'),
  onStatus: z.array(StatusRule).default([]),
  onBody: z.array(BodyRule).default([]),
  narrowView: z.strictObject({ whenForbidden: z.array(z.string()).min(1), missing: z.string() }).optional().describe('How to tell that the key sees only a part: these types are then forbidden.'),
  canary: z.strictObject({ where: expression, missing: z.string() }).optional().describe('An item that every installation has. When it is not there, rows are hidden from this key: partial.'),
  limit: LimitRule.omit({ learn: true }).optional().describe('A budget of its own, beside that of the host.'),
  drop: z.array(z.string()).default([]).describe('Volatile and cosmetic fields, and business data; never stored.'),
  keepOnly: z.array(z.string()).optional().describe('Allow-list: all other members of an item are dropped.'),
  secrets: z.array(z.strictObject({ path: z.string(), kind: z.string() })).default([]).describe('Values that are secret as a whole.'),
  unconfirmed: z.string().optional().describe('What about this entry rests on a source that could not be confirmed.'),
});
export type ResourceRule = z.infer<typeof ResourceRule>;
