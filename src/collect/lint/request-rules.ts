/** What lint says about requests: keys in addresses, data instead of configuration, lists that may be read in part. Pure. */
import type { SignInRule } from '../manifest/auth-schema.js';
import { waysOf } from '../manifest/sign-ins.js';
import type { ResourceRule } from '../manifest/resource-schema.js';
import { warningAt } from './remark.js';
import type { LintedManifest, Remark } from './remark.js';

/** Last parts of paths under which platforms keep what they process, not how they are set up. */
const DATA_WORDS = new Set(['records', 'rows', 'messages', 'conversations', 'executions', 'submissions', 'responses', 'contents', 'download', 'attachments', 'values', 'documents', 'orders', 'customers', 'contacts']);

function keyInAddress(auth: SignInRule | undefined, path: readonly PropertyKey[], { source }: LintedManifest): Remark[] {
  if (auth === undefined || waysOf(auth).every(({ kind }) => kind !== 'query')) return [];
  return [warningAt(source, path, 'the key stands in the address, where logs and proxies keep it', 'use `kind: header` if the platform takes the key in a header')];
}

/** Words of paths behind which platforms do something. */
const DOING = /^(?:activate|deactivate|enable|disable|delete|remove|update|upsert|create|insert|add|set|save|patch|put|run|trigger|execute|start|stop|restart|publish|deploy|import|send|reset|rotate|revoke|approve|cancel)$/;

/** The word as a part of the path, on its own or before a noun: `/flows/activate`, `/deleteFlow`, `/run-now`. */
function doingWord(path: string): string | undefined {
  return path.split(/[/?.:]/).map((part) => part.split(/[-_]|(?<=[a-z])(?=[A-Z])/)[0]!.toLowerCase()).find((word) => DOING.test(word));
}

function doingRemarks(type: string, rule: ResourceRule, { source }: LintedManifest): Remark[] {
  const posts = [['readOnlyPost', rule.readOnlyPost] as const, ['job', rule.job?.submit] as const];
  return posts.flatMap(([part, post]) => {
    const word = post === undefined ? undefined : doingWord(post.path);
    return word === undefined ? [] : [warningAt(source, ['resources', type, part], `${post!.path} reads like something that is done (${word}), not like a search`, 'use what only reads; if this does, choose another way to ask for it or have the platform\'s maker confirm it in `reason`')];
  });
}

function drawsOnlyObservations(type: string, { manifest }: LintedManifest): boolean {
  const drawn = manifest.emit.filter((rule) => rule.from === type);
  return drawn.length > 0 && drawn.every(({ kind }) => kind === 'audit-event' || kind === 'run-stats');
}

function dataRemarks(type: string, rule: ResourceRule, linted: LintedManifest): Remark[] {
  const path = rule.get ?? rule.readOnlyPost?.path ?? '';
  const last = path.split('?')[0]!.split('/').at(-1)!.toLowerCase();
  if (!DATA_WORDS.has(last) || drawsOnlyObservations(type, linted)) return [];
  return [warningAt(linted.source, ['resources', type], `${path} looks like business data, not like configuration`, 'read how the platform is set up, never what it processes; keep other fields away with `keepOnly` or `drop`')];
}

/** `# comes whole` in the entry: somebody looked, and the platform does not cut this list. */
function comesWhole(type: string, { manifest, source, text }: LintedManifest): boolean {
  const types = Object.keys(manifest.resources);
  const next = types[types.indexOf(type) + 1];
  const from = source.lineOf(['resources', type]) - 2;
  const to = next === undefined ? undefined : source.lineOf(['resources', next]) - 2;
  return text.split('\n').slice(Math.max(0, from), to).some((line) => /#.*\bcomes whole\b/i.test(line));
}

function listRemarks(type: string, rule: ResourceRule, linted: LintedManifest): Remark[] {
  const { source } = linted;
  // what is read from files only comes whole
  if (rule.single || (rule.get === undefined && rule.readOnlyPost === undefined && rule.job === undefined)) return [];
  const at = ['resources', type];
  const noKey = rule.key === undefined && rule.feeds?.length !== 0 ? [warningAt(source, at, 'a list without `key`: an item that moves between pages counts twice', 'name what tells items apart, e.g. `key: id`')] : [];
  const open = rule.get !== undefined && rule.paging === undefined && rule.total === undefined && rule.forEach === undefined && !comesWhole(type, linted);
  return open ? [...noKey, warningAt(source, at, 'neither `paging` nor `total`: if the platform answers in pages, only the first is read and nobody notices', 'look for a next link, a cursor or a total in a real answer; if the list is never cut, say so with the comment `# comes whole` in this entry')] : noKey;
}

/** `paging` adds its parameters itself; named in `query` too they would be sent twice. */
function doubledRemarks(type: string, { paging, query }: ResourceRule, { source }: LintedManifest): Remark[] {
  if (!paging || !query) return [];
  const names = [...('to' in paging ? [paging.to] : []), ...('offset' in paging ? [paging.offset] : []), ...('page' in paging ? [paging.page] : []), ...('size' in paging && typeof paging.size === 'object' ? [paging.size.name] : [])];
  return names.filter((name) => name in query).map((name) => warningAt(source, ['resources', type, 'query', name], `${name} stands in \`query\` and in \`paging\`, so it is sent twice`, 'leave it out of `query`: paging adds it'));
}

function rightRemarks(type: string, rule: ResourceRule, { source }: LintedManifest): Remark[] {
  if (rule.right.trim() !== '' && !/^(?:todo|tbd|\?+|unknown)\b/i.test(rule.right.trim())) return [];
  return [warningAt(source, ['resources', type, 'right'], 'it does not say which right the key needs', 'write the right by the platform\'s own name, or `none`: people see it where a read was refused')];
}

export function requestRemarks(linted: LintedManifest): Remark[] {
  const { manifest, source } = linted;
  const hosts = Object.entries(manifest.hosts).flatMap(([name, host]) => keyInAddress(host.auth, ['hosts', name, 'auth'], linted));
  const types = Object.entries(manifest.resources).flatMap(([type, rule]) => [...dataRemarks(type, rule, linted), ...listRemarks(type, rule, linted), ...doubledRemarks(type, rule, linted), ...doingRemarks(type, rule, linted), ...rightRemarks(type, rule, linted)]);
  const required = Object.values(manifest.resources).some((rule) => rule.required) ? [] : [warningAt(source, ['resources'], 'no resource is `required`: a scan that read nothing would count as complete', 'set `required: true` on the list that makes the estate, e.g. workflows')];
  return [...keyInAddress(manifest.auth, ['auth'], linted), ...hosts, ...types, ...required];
}
