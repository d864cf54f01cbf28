/** Asks for one page, judges it by the manifest, cleans its items. Owns what one answer becomes; not the walk over pages. */
import { createHmac } from 'node:crypto';
import { PlumblineError } from '../../model/errors.js';
import { canonicalJson } from '../../model/canonical.js';
import type { JsonValue } from '../../model/resource.js';
import { cleanItem } from '../decode/clean-item.js';
import { NO_NODES, compilePath, isObject } from '../expressions/scope.js';
import type { JsonObject, Value } from '../expressions/scope.js';
import type { JsonNotes } from '../http/json-text.js';
import type { CompiledResource } from '../manifest/connector.js';
import { findSecrets } from '../redact/detectors.js';
import { looksRandom } from '../redact/literals.js';
import { keyedDigest } from '../redact/marks.js';
import { isAllThere, isNoPage, unknownEnd } from './list-end.js';
import { otherShape } from './other-shape.js';
import type { Values } from './places.js';
import type { ByteBudget } from './byte-budget.js';
import { blankPage } from './pages.js';
import type { Follows, Page, PageEnd } from './pages.js';
import { nextCursor, totalOf } from './paging.js';
import { partEnd } from './part-answers.js';
import { labelOf, requestOf } from './request.js';
import type { Session, SessionAnswer } from './session.js';
import { askOnce } from './shared-answers.js';
import { bodyEnd, laterEnd, statusEnd } from './status-rules.js';

export interface PageReader {
  readonly session: Session;
  readonly fingerprintKey: Uint8Array;
  /** text fields that the person gave */
  readonly fields: Values;
  /** of the type that is being read */
  readonly budget?: ByteBudget;
  /** items on the largest page so far, in whatever list of the type */
  readonly sizes?: { largest: number };
}

/** One list of a type: plain types have one, looped types one for each item that they loop over. */
export interface Ask {
  /** null = a type without forEach, matrix and recurse: its items carry no `bound` */
  readonly bound: JsonObject | null;
  /** query parameters beyond the manifest's */
  readonly more: readonly (readonly [string, string])[];
}
export const PLAIN_ASK: Ask = { bound: null, more: [] };

export interface PageAsked {
  readonly ask: Ask;
  readonly cursor: string | null;
  /** items on the pages before */
  readonly before: number;
  /** why it is asked for: of the page before */
  readonly follows?: Follows | undefined;
  readonly unlessEtag?: string;
}

/** Is told what points to the next page, how many items are on this one, and why another follows. */
export type OnNext = (next: string, of: { readonly items: number; readonly follows: Follows | undefined }) => void;

/** An answer that is to be looked into. */
export interface PageAnswer {
  readonly got: SessionAnswer;
  readonly label: string;
}

/** Its beginning tells which one it is to those who know it. */
function shownNumber(text: string): string {
  return text.length <= 8 ? text : `${text.slice(0, 3)}... of ${text.replaceAll(/\D/g, '').length} digits`;
}

/** A name may be a secret (maps by token), and a number a password: neither is told where it may be one. */
export function notesOf(notes: JsonNotes): string[] {
  return [
    ...notes.duplicateKeys.map((key) => `the key "${findSecrets(key).length > 0 || looksRandom(key) ? '*' : key}" stands twice in one object`),
    ...notes.unsafeNumbers.map((number) => `the number ${shownNumber(number)} cannot be held exactly`),
    ...(notes.halfCharacters ? ['a text holds half a character, which was replaced'] : []),
  ];
}

/** The items of a body. Throws PLB-COLLECT-005 for a body of another shape. */
export function itemsIn(resource: CompiledResource, body: JsonValue, facts: SessionAnswer['facts']): JsonValue[] {
  const { rule } = resource;
  const found: Value = rule.items === undefined && rule.paging?.kind === 'scim' ? compilePath('Resources')({ root: body, variables: {}, nodes: NO_NODES }) : resource.items({ root: body, variables: {}, nodes: NO_NODES });
  if (Array.isArray(found)) return found.flat(1);
  if (rule.single && isObject(found)) return [found];
  // SCIM leaves the list out when there is nothing in it
  if (found === undefined && rule.paging?.kind === 'scim') return [];
  throw otherShape(rule, body, facts);
}

/** Cleaned, and with what was bound to ask for it. `notes` takes what could not be decoded. */
export function finishedItem(resource: CompiledResource, item: JsonValue, how: { readonly bound: JsonObject | null; readonly key: Uint8Array; readonly notes: string[] }): JsonValue {
  const clean = cleanItem(resource, item, { key: how.key, notes: how.notes });
  if (how.bound === null) return clean;
  return isObject(clean) ? { ...clean, bound: how.bound } : { value: clean, bound: how.bound };
}

async function send(resource: CompiledResource, reader: PageReader, asked: PageAsked): Promise<{ got: SessionAnswer; label: string }> {
  const { rule } = resource;
  const values = { ...reader.fields, ...asked.ask.bound };
  const request = requestOf(rule, values, { cursor: asked.cursor, more: asked.ask.more });
  const conditional = asked.unlessEtag === undefined ? request : { ...request, headers: { ...request.headers, 'If-None-Match': asked.unlessEtag } };
  const { session } = reader;
  const host = session.hostFor(rule.host, values);
  const ask = (): Promise<SessionAnswer> => session.ask(host, conditional, rule.limit ? { name: resource.type, rule: rule.limit } : undefined);
  const got = await askOnce(session, { host, request: conditional, by: resource }, ask);
  return { got, label: labelOf(request) };
}

function resolveOn(resource: CompiledResource, { session, fields }: PageReader, { bound }: Ask): (address: string) => ReturnType<Session['resolve']> {
  return (address) => {
    const host = session.hostFor(resource.rule.host, { ...fields, ...bound });
    const target = session.resolve(address, host);
    if (target.host === host) return target;
    throw new PlumblineError('PLB-COLLECT-007', `The list "${resource.rule.title}" goes on at another host; it was not followed there.`, { host: session.host });
  };
}

/** Keyed: an answer that is little more than a secret must not be found by guessing. */
function hashOf({ answer }: SessionAnswer, key: Uint8Array): string {
  return createHmac('sha256', key).update(answer.body).digest('hex');
}

/** Nobody can go on from "unchanged" who did not say since when. */
function unchanged({ unlessEtag }: PageAsked, { facts }: SessionAnswer): null {
  if (unlessEtag !== undefined) return null;
  throw new PlumblineError('PLB-COLLECT-005', `${facts.host} answered ${facts.request} with 304 (unchanged), though it was not asked whether anything changed; a cache in front of it may do so.`, { host: facts.host, request: facts.request });
}

/** What a status means that says "no such page"; null = it says nothing of the kind. */
function pastEnd({ rule }: CompiledResource, { follows, before }: PageAsked, status: number): { readonly end: PageEnd | null } | null {
  const isDeclared = rule.paging?.pastEnd.includes(status) === true;
  if (isDeclared) return { end: follows === 'told' ? laterEnd({ state: 'empty', reason: null, missing: null }, before) : null };
  return isNoPage(status, follows) ? { end: isAllThere(before, follows) ? null : unknownEnd(status, before) } : null;
}

/** What came, as far as its status decides: a page, `null` = unchanged since the page with this entity tag was read, or what is to be looked into. */
export async function answerOf(resource: CompiledResource, reader: PageReader, asked: PageAsked): Promise<PageAnswer | Page | null> {
  const answer = await send(resource, reader, asked);
  const { status } = answer.got;
  reader.budget?.spend(answer.got.answer.body.length);
  if (status === 304) return unchanged(asked, answer.got);
  const past = asked.cursor === null ? null : pastEnd(resource, asked, status);
  if (past !== null) return { ...blankPage(answer.label, asked.cursor), end: past.end };
  const end = statusEnd(resource, answer.got);
  return end ? { ...blankPage(answer.label, asked.cursor), end: asked.cursor === null ? end : laterEnd(end, asked.before) } : answer;
}

/** `onNext` is told what points to the next page as soon as that is known: its items take a while yet. */
export function pageOf(resource: CompiledResource, reader: PageReader, asked: PageAsked, { got, label }: PageAnswer, onNext?: OnNext): Page {
  const page = blankPage(label, asked.cursor);
  const { value, notes: jsonNotes } = reader.session.json(got);
  const refused = bodyEnd(resource, value);
  if (refused) return { ...page, end: asked.cursor === null ? refused : laterEnd(refused, asked.before) };
  const found = itemsIn(resource, value, got.facts);
  const notes = notesOf(jsonNotes);
  const { headers } = got.answer;
  const total = totalOf(resource, value, headers);
  const mark = resource.key || !resource.rule.paging || found.length === 0 ? null : keyedDigest(canonicalJson(found), reader.fingerprintKey);
  const { sizes = { largest: 0 } } = reader;
  const onward = nextCursor(resource, { body: value, headers, items: found, cursor: asked.cursor, total, before: asked.before, largest: sizes.largest, resolve: resolveOn(resource, reader, asked.ask) });
  sizes.largest = Math.max(sizes.largest, found.length);
  const { cursor: next, follows } = onward;
  if (next !== null) onNext?.(next, { items: found.length, follows: follows ?? undefined });
  const items = found.map((item) => finishedItem(resource, item, { bound: asked.ask.bound, key: reader.fingerprintKey, notes }));
  const end = partEnd(resource.rule, { status: got.status, body: value, onward, read: asked.before + found.length, total, duplicateKeys: jsonNotes.duplicateKeys });
  return { ...page, items, next, ...(follows ? { follows } : {}), end, etag: got.etag, notes: [...new Set(notes)], total, mark, hash: hashOf(got, reader.fingerprintKey) };
}
