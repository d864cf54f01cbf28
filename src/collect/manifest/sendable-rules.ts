/** Refuses, when a manifest is loaded, what its requests may not carry. Owns where such names can stand; http/sendable.ts owns the names. */
import { headerRefusal, holdsMutation, isMutation, openHeaderRefusal, parameterRefusal } from '../http/sendable.js';
import type { AuthRule, SignInRule } from './auth-schema.js';
import type { ResourceRule } from './resource-schema.js';
import type { Manifest } from './schema.js';
import { manifestError } from './yaml-file.js';
import type { YamlSource } from './yaml-file.js';

type Place = readonly PropertyKey[];
type Named = Readonly<Record<string, unknown>>;
type Post = NonNullable<ResourceRule['readOnlyPost']>;

const MUTATION = 'a mutation would change the platform: Plumbline only reads';

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

function checkQuery(source: YamlSource, at: Place, query: Named | undefined): void {
  checkNames(source, at, query, parameterRefusal);
  const asked = query?.['query'];
  if (typeof asked === 'string' && isMutation(asked)) throw manifestError(source, [...at, 'query'], MUTATION);
}

function checkPost(source: YamlSource, at: Place, post: Post | undefined): void {
  if (!post) return;
  checkQuery(source, [...at, 'form'], post.form);
  if (holdsMutation(post.body)) throw manifestError(source, [...at, 'body'], MUTATION);
}

function checkAuth(source: YamlSource, at: Place, auth: AuthRule | undefined): void {
  if (auth === undefined || auth.kind === 'none' || auth.kind === 'basic') return;
  checkNames(source, [...at, 'set'], auth.set, auth.kind === 'query' ? parameterRefusal : headerRefusal);
  if (auth.kind !== 'login') return;
  checkQuery(source, [...at, 'form'], auth.form);
  if (holdsMutation(auth.json)) throw manifestError(source, [...at, 'json'], MUTATION);
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
    checkPost(source, [...at, 'readOnlyPost'], rule.readOnlyPost);
    checkPost(source, [...at, 'job', 'submit'], rule.job?.submit);
    checkPaging(source, [...at, 'paging'], rule.paging);
    if (rule.since) checkName(source, [...at, 'since', 'to'], rule.since.to, parameterRefusal);
  }
}
