/** Asks for one page, judges its status by the manifest, redacts it. Owns what one answer becomes; not the walk over pages. */
import { PlumblineError } from '../../model/errors.js';
import type { JsonValue } from '../../model/resource.js';
import { NO_NODES, asText, compilePath, isObject } from '../expressions/scope.js';
import type { Value } from '../expressions/scope.js';
import { statusFailure } from '../http/failures.js';
import type { DoorRequest } from '../http/door.js';
import type { JsonNotes } from '../http/json-text.js';
import type { CompiledResource } from '../manifest/connector.js';
import { redactItem } from '../redact/redact.js';
import { blankPage } from './pages.js';
import type { Page, PageEnd } from './pages.js';
import type { Session, SessionAnswer } from './session.js';

export interface PageReader {
  readonly session: Session;
  readonly fingerprintKey: Uint8Array;
}

function requestOf({ rule }: CompiledResource, cursor: string | null, bound: Readonly<Record<string, string>>): DoorRequest {
  const fill = (text: string): string => text.replaceAll(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(bound[name] ?? ''));
  const query: (readonly [string, string])[] = Object.entries(rule.query ?? {}).map(([name, value]) => [name, String(value)]);
  if (cursor !== null && rule.paging?.kind === 'cursor') query.push([rule.paging.to, cursor]);
  const headers = rule.headers ?? {};
  if (!rule.readOnlyPost) return { path: fill(rule.get!), query, headers };
  return { path: fill(rule.readOnlyPost.path), query, headers, readOnlyPost: { body: JSON.stringify(rule.readOnlyPost.body), contentType: 'application/json', reason: rule.readOnlyPost.reason } };
}

function labelOf(request: DoorRequest): string {
  const query = new URLSearchParams((request.query ?? []).map(([name, value]): [string, string] => [name, value])).toString();
  return `${request.readOnlyPost ? 'POST' : 'GET'} ${request.path}${query === '' ? '' : `?${query}`}`;
}

/** What the manifest says about this status; null = a success, throws where it says nothing. */
function endOf(resource: CompiledResource, got: SessionAnswer): PageEnd | null {
  if (got.status >= 200 && got.status < 300) return null;
  const body = got.answer.body.toString('utf8', 0, 4_000).toLowerCase();
  const rule = resource.rule.onStatus.find((each) => each.status.includes(got.status) && (each.bodyHas === undefined || body.includes(each.bodyHas.toLowerCase())));
  if (rule) return { state: rule.state, reason: rule.reason ?? null, missing: rule.state === 'forbidden' ? resource.rule.right : null };
  if (got.status === 403 && resource.rule.required) {
    throw new PlumblineError('PLB-COLLECT-003', `The key may not read "${resource.rule.title}" on ${got.facts.host}: it lacks the right ${resource.rule.right}.`, { host: got.facts.host, missing: resource.rule.right });
  }
  throw statusFailure(got.facts, got.status, got.answer.headers['retry-after'] ?? null);
}

function notesOf(notes: JsonNotes): string[] {
  return [
    ...notes.duplicateKeys.map((key) => `the key "${key}" stands twice in one object`),
    ...notes.unsafeNumbers.map((number) => `the number ${number} is larger than can be held exactly`),
  ];
}

function itemsOf(resource: CompiledResource, body: JsonValue, got: SessionAnswer): JsonValue[] {
  const found: Value = resource.items({ root: body, variables: {}, nodes: NO_NODES });
  if (Array.isArray(found)) return found.flat(1);
  if (resource.rule.single && isObject(found)) return [found];
  throw new PlumblineError('PLB-COLLECT-005', `The answer of ${got.facts.host} to ${got.facts.request} has another shape than expected.`, { host: got.facts.host, request: got.facts.request });
}

/** `null` = unchanged since the page with this entity tag was read. */
export async function readPage(resource: CompiledResource, reader: PageReader, asked: { cursor: string | null; bound?: Readonly<Record<string, string>>; unlessEtag?: string }): Promise<Page | null> {
  const request = requestOf(resource, asked.cursor, asked.bound ?? {});
  const conditional = asked.unlessEtag === undefined ? request : { ...request, headers: { ...request.headers, 'If-None-Match': asked.unlessEtag } };
  const got = await reader.session.ask(resource.rule.host, conditional, resource.rule.limit ? { name: resource.type, rule: resource.rule.limit } : undefined);
  if (got.status === 304) return null;
  const page = blankPage(labelOf(request), asked.cursor);
  const end = endOf(resource, got);
  if (end) return { ...page, end };
  const { value, notes } = reader.session.json(got);
  const items = itemsOf(resource, value, got).map((item) => redactItem(item, resource.redaction, reader.fingerprintKey));
  const next = resource.rule.paging?.kind === 'cursor' ? asText(compilePath(resource.rule.paging.from)({ root: value, variables: {}, nodes: NO_NODES })) : undefined;
  return { ...page, items, next: next === undefined || next === '' ? null : next, etag: got.etag, notes: notesOf(notes) };
}
