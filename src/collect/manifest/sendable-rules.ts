/** Refuses, when a manifest is loaded, what its requests may not carry. Owns where such names can stand; http/sendable.ts owns the names. */
import { doingBody } from '../http/doing-words.js';
import { headerRefusal, openHeaderRefusal, parameterRefusal } from '../http/sendable.js';
import { bodyWrites, parameterWrites, pathWrites } from '../http/writes.js';
import type { AuthRule, SignInRule } from './auth-schema.js';
import type { ResourceRule } from './resource-schema.js';
import type { Manifest } from './schema.js';
import { manifestError } from './yaml-file.js';
import type { YamlSource } from './yaml-file.js';

type Place = readonly PropertyKey[];
type Named = Readonly<Record<string, unknown>>;
type Post = NonNullable<ResourceRule['readOnlyPost']>;

function checkNames(source: YamlSource, at: Place, named: Named | undefined, refusal: (name: string) => string | null): void {
  for (const name of Object.keys(named ?? {})) {
    const why = refusal(name);
    if (why !== null) throw manifestError(source, [...at, name], `${name} cannot be sent: ${why}`);
  }
}

function checkName(source: YamlSource, at: Place, name: string, refusal: (name: string) => string | null): void {
  const why = refusal(name);
  if (why !== null) throw manifestError(source, at, `${name} cannot be sent: ${why}`);
}

function refuse(source: YamlSource, at: Place, why: string | null): void {
  if (why !== null) throw manifestError(source, at, why);
}

/** Lists of values are looked through as one text each. */
function checkQuery(source: YamlSource, at: Place, query: Named | undefined): void {
  checkNames(source, at, query, parameterRefusal);
  for (const [name, value] of Object.entries(query ?? {})) {
    const texts = typeof value === 'object' && value !== null ? (value as { list: readonly string[] }).list : [String(value)];
    for (const text of texts) refuse(source, [...at, name], parameterWrites(name, text));
  }
}

/** The path with each value of a matrix: these are written in the manifest too. */
function writtenPaths(path: string, matrix: ResourceRule['matrix']): string[] {
  return Object.entries(matrix ?? {}).reduce<string[]>((paths, [name, values]) => (path.includes(`{${name}}`) ? paths.flatMap((each) => values.map((value) => each.replaceAll(`{${name}}`, String(value)))) : paths), [path]);
}

function checkPost(source: YamlSource, at: Place, post: Post | undefined, matrix?: ResourceRule['matrix']): void {
  if (!post) return;
  for (const path of writtenPaths(post.path, matrix)) refuse(source, [...at, 'path'], pathWrites(path, true));
  const action = doingBody(post.path, post.form ?? post.body);
  refuse(source, [...at, post.form ? 'form' : 'body'], action === null ? null : `the action ${action}: something is done by it, and Plumbline only reads; ask for a list or a search`);
  checkQuery(source, [...at, 'form'], post.form);
  refuse(source, [...at, 'body'], bodyWrites(post.body));
  if (/\/graphql\/?$/i.test(post.path)) checkGraphql(source, at, post);
}

/** What a stored query does cannot be seen: the text itself must be sent. */
function checkGraphql(source: YamlSource, at: Place, { body, form }: Post): void {
  const asked: readonly unknown[] = form ? [form] : Array.isArray(body) ? body : [body];
  const shown = asked.every((each) => typeof each === 'object' && each !== null && 'query' in each && /\{[^{}]*[\s{]/.test(String(each.query)));
  if (!shown) throw manifestError(source, at, 'what this asks of GraphQL cannot be seen: write the query itself under `query`, not its id');
}

function checkAuth(source: YamlSource, at: Place, auth: AuthRule | undefined): void {
  if (auth === undefined || auth.kind === 'none' || auth.kind === 'basic') return;
  checkNames(source, [...at, 'set'], auth.set, auth.kind === 'query' ? parameterRefusal : headerRefusal);
  if (auth.kind !== 'login') return;
  checkQuery(source, [...at, 'form'], auth.form);
  refuse(source, [...at, 'json'], bodyWrites(auth.json));
  if (auth.csrf) checkName(source, [...at, 'csrf', 'header'], auth.csrf.header, openHeaderRefusal);
}

function checkSignIn(source: YamlSource, at: Place, auth: SignInRule | undefined): void {
  if (auth?.kind !== 'choice') return checkAuth(source, at, auth);
  for (const [way, rule] of Object.entries(auth.of)) checkAuth(source, [...at, 'of', way], rule);
}

function checkPaging(source: YamlSource, at: Place, paging: ResourceRule['paging']): void {
  if (paging === undefined || !('in' in paging)) return;
  const part = 'to' in paging ? 'to' : 'offset' in paging ? 'offset' : 'page';
  const name = 'to' in paging ? paging.to : 'offset' in paging ? paging.offset : paging.page;
  checkName(source, [...at, part], name, paging.in === 'header' ? openHeaderRefusal : parameterRefusal);
}

/** Throws PLB-COLLECT-011 with file and line. */
export function checkSendable(manifest: Manifest, source: YamlSource): void {
  checkNames(source, ['headers'], manifest.headers, openHeaderRefusal);
  checkSignIn(source, ['auth'], manifest.auth);
  for (const [name, host] of Object.entries(manifest.hosts)) checkSignIn(source, ['hosts', name, 'auth'], host.auth);
  for (const [type, rule] of Object.entries(manifest.resources)) {
    const at = ['resources', type];
    checkNames(source, [...at, 'headers'], rule.headers, openHeaderRefusal);
    checkQuery(source, [...at, 'query'], rule.query);
    for (const [part, path] of [['get', rule.get], ['job', rule.job?.start], ['job', rule.job?.poll], ['job', rule.job?.result?.get]] as const) refuse(source, [...at, part], path === undefined ? null : pathWrites(path, false));
    checkPost(source, [...at, 'readOnlyPost'], rule.readOnlyPost, rule.matrix);
    checkPost(source, [...at, 'job', 'submit'], rule.job?.submit);
    checkPaging(source, [...at, 'paging'], rule.paging);
    if (rule.since) checkName(source, [...at, 'since', 'to'], rule.since.to, parameterRefusal);
  }
}
