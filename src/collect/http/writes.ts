/**
 * Tells a request that would change something on the platform, though it is sent as a read: by what its body, its parameters or its path
 * say. Owns these words. Sends nothing; who asks decides what is refused.
 */

import { doingPath } from './doing-words.js';

/** Words for the method of a request within a body. */
const METHOD_MEMBERS = new Set(['method', 'httpmethod', 'requestmethod', 'verb', 'httpverb']);
const WRITING = /^\s*(?:POST|PUT|PATCH|DELETE|MERGE|MKCOL|MOVE|COPY|LINK|UNLINK)\s*$/i;
/** A request written out, as parts of multipart batches are. */
const WRITTEN_OUT = /(?:^|[\r\n])[\t ]*(?:POST|PUT|PATCH|DELETE|MERGE)[\t ]+\S+[\t ]+HTTP\/\d/i;
/** JSON-RPC: `user.delete`, `createHost`. */
const DOING = /(?:^|[._/-]|(?<=[a-z])(?=[A-Z]))(?:create|delete|update|upsert|insert|remove|add|set|save|patch|put|destroy|write|exec|execute|execute_kw|run|trigger|import|enable|disable|reset|rotate|revoke|send|start|stop|publish|unlink)(?=[A-Z._/-]|$)/i;
/** Where query languages stand. */
const QUERY_MEMBERS = /^(?:q|query|queries|sql|soql|sosl|cql|kql|csl|statements?|stmt|commands?|script|text|expression|update|anonymousbody|cypher|gremlin)$/i;
const DML = [
  /\binsert\s+(?:ignore\s+|overwrite\s+)?into\b/, /\bupdate\s+(?:only\s+)?[^\s;]+(?:\s+(?:as\s+)?[a-z_]\w*)?\s+set\b/, /\bdelete\s+from\b/, /\bdelete\s+[a-z_]\w*\s+from\b/, /\bmerge\s+(?:into\b|[^\s;]+\s+using\b)/, /\bup?sert\s+into\b/, /\breplace\s+into\b/,
  /\btruncate\s+(?:table\s+)?[a-z_"`[]/, /\b(?:create|alter|drop)\s+(?:or\s+replace\s+)?(?:temp(?:orary)?\s+|unique\s+|materialized\s+|external\s+)?(?:table|view|index|schema|database|user|role|login|function|procedure|trigger|sequence|type|extension|policy|keyspace|warehouse|stage|task)\b/,
  /(?:^|;)\s*(?:grant|revoke)\s+\w/, /(?:^|;)\s*(?:call|exec|execute)\s+[a-z_[]/, /(?:^|;)\s*do\s+\$/, /(?:^|;)\s*copy\s+[^\s;]+\s+from\b/, /\binto\s+(?:outfile|dumpfile)\b/, /\binto\s+[a-z_"`[#][\w"`\].#]{0,128}\s+from\b/, /(?:^|;)\s*(?:set|lock|rename|vacuum|reindex)\s+\w/,
  // SPARQL, Kusto, Cypher
  /\b(?:insert|delete)\s+(?:data\s*|where\s*)?\{/, /(?:^|[;|\n])\s*\.(?:drop|set|append|set-or-append|set-or-replace|alter|delete|create|create-or-alter|create-merge|ingest|clear|purge|rename|move|replace)\b/, /\b(?:detach\s+)?delete\s+[a-z_]\w*\s*(?:$|;|,|return\b)/, /\)\s*(?:create|merge)\s*\(|(?:^|;)\s*(?:create|merge)\s*\(/, /\)\s*set\s+\w+[.:]/,
];
const PIPELINE_WRITES = new Set(['$out', '$merge']);
/** Places that change something whatever is sent to them, and that a read never asks. */
const WRITING_PATHS: readonly (readonly [RegExp, string])[] = [
  [/\/executeAnonymous\b/i, 'it runs code on the platform; ask for what it would tell by a query'],
  [/\/_(?:bulk|delete_by_query|update_by_query|reindex|create|update|doc)(?:\/|$)/i, 'it writes; ask with `_search`'],
];

const FIX = 'it would change the platform, and Plumbline only reads';

/** Comments between the words of a statement hide nothing, and MySQL runs what stands in some of them: once without and once with it. */
function readings(text: string): string[] {
  const small = text.toLowerCase().replaceAll(/--[^\n]*/g, ' ');
  return [small.replaceAll(/\/\*[\s\S]*?(?:\*\/|$)/g, ' '), small.replaceAll(/\/\*!?\d*|\*\//g, ' ')].map((each) => each.replaceAll(/[^\S\n]+/g, ' ').trim());
}

/** A statement that writes. Words in quotes count too: a reading query can do without them. */
function isWritingQuery(text: string): boolean {
  return readings(text).some((plain) => DML.some((pattern) => pattern.test(plain)));
}

/** What stands outside of all braces, without texts and comments. */
function outermost(query: string): string {
  const plain = query.replaceAll(/"""(?:\\"""|(?!""")[\s\S])*(?:"""|$)|"(?:[^"\\\n\r]|\\.)*"?|#[^\n\r]*/g, ' ');
  let depth = 0;
  let shown = '';
  for (const character of plain) {
    if (character === '}') depth = Math.max(0, depth - 1);
    if (depth === 0) shown += character;
    if (character === '{') depth += 1;
  }
  return shown;
}

/** A document of GraphQL that changes something, or listens. */
export function isMutation(query: string): boolean {
  return /mutation|subscription/.test(query) && /(?:^|[\s,})\uFEFF])(?:mutation|subscription)(?=[\s,({@]|$)/.test(outermost(query));
}

function isFields(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textWrites(name: string, text: string): string | null {
  if (isMutation(text) && (/^(?:query|mutation|document|gql)$/i.test(name) || text.includes('{'))) return `a mutation would change the platform: Plumbline only reads; ask with a query`;
  if (WRITTEN_OUT.test(text)) return `a request that writes stands in a text: ${FIX}; leave it out of the batch`;
  return QUERY_MEMBERS.test(name) && isWritingQuery(text) ? `a statement that writes: ${FIX}; ask with SELECT` : null;
}

function memberWrites(name: string, value: unknown, siblings: { readonly [name: string]: unknown }): string | null {
  const small = name.toLowerCase().replaceAll(/[^a-z]/g, '');
  if (PIPELINE_WRITES.has(name)) return `the stage ${name} writes: ${FIX}; end with a stage that hands out`;
  if (small === 'persistedquery') return `what a stored query does cannot be seen: send the query itself under \`query\``;
  if (typeof value !== 'string' || !METHOD_MEMBERS.has(small)) return null;
  if (WRITING.test(value)) return `a ${value.trim().toUpperCase()} inside of a batch: ${FIX}; batch GETs only`;
  const inBatch = ['url', 'path', 'relativeUrl', 'relative_url', 'uri', 'href', 'requests', 'referenceId'].some((each) => each in siblings);
  if (inBatch && value.includes('{')) return 'the method of a request in a batch must be written out: write GET';
  return 'jsonrpc' in siblings && (DOING.test(value) || value.includes('{')) ? `the method ${value}: ${FIX}; call one that gets or lists` : null;
}

/** Why a body, parsed, would change something, in words and with the way out; null for one that only asks. */
export function bodyWrites(body: unknown, name = ''): string | null {
  if (typeof body === 'string') return textWrites(name, body);
  if (Array.isArray(body)) return body.reduce<string | null>((found, each) => found ?? bodyWrites(each, name), null);
  if (!isFields(body)) return null;
  for (const [key, value] of Object.entries(body)) {
    const why = memberWrites(key, value, body) ?? bodyWrites(value, key);
    if (why !== null) return why;
  }
  return null;
}

/** The same for parameters of an address or a form, where JSON may stand in a text. */
export function parameterWrites(name: string, text: string): string | null {
  if (/^_?method$/i.test(name.trim()) && WRITING.test(text)) return `the parameter ${name}: ${FIX}`;
  const direct = textWrites(name, text);
  if (direct !== null || !/^\s*[[{]/.test(text)) return direct;
  try {
    return bodyWrites(JSON.parse(text), name);
  } catch {
    return null;
  }
}

/** `isPost`: actions of OData are sent by POST, its functions by GET. `told`: the path as a manifest writes it. */
export function pathWrites(path: string, isPost: boolean, told = path): string | null {
  const plain = path.replaceAll(/%24/g, '$').replaceAll(/%5f/gi, '_').replaceAll(/%2e/gi, '.');
  const known = WRITING_PATHS.find(([pattern]) => pattern.test(plain));
  if (known) return `the path ${path}: ${known[1]}`;
  if (!isPost || /\/\$(?:query|batch)\/?$/.test(plain)) return null;
  const last = plain.replace(/\/$/, '').split('/').at(-1)!;
  const isOdata = /\/odata(?:\/|$)|\/api\/data\/v\d|\/_api\/|\([^()/]*\)\//i.test(plain) || /^[A-Za-z]\w*(?:\.[A-Za-z]\w*){2,}(?:\(.*\))?$/.test(last);
  if (isOdata) return `the path ${path}: an action of OData ${FIX.replace('it would', 'may')}; functions are asked with \`get\`, a search by POST ends on /$query`;
  const word = doingPath(path, told);
  return word === null ? null : `the path ${told}: behind "${word}" something is done, and Plumbline only reads; ask for a list or a search`;
}
