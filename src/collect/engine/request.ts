/** Builds the request of one page from a manifest's rule, bound values and a cursor. Owns how values are written into it. Sends nothing. */
import { PlumblineError } from '../../model/errors.js';
import type { JsonValue } from '../../model/resource.js';
import { isObject } from '../expressions/scope.js';
import type { JsonObject } from '../expressions/scope.js';
import type { DoorRequest } from '../http/door.js';
import { guardedPath, toldPath } from '../http/told.js';
import type { Connector } from '../manifest/connector.js';
import type { ResourceRule } from '../manifest/resource-schema.js';
import { findSecrets } from '../redact/detectors.js';
import { meaningsOf } from './given.js';
import { placeJson, placePath, placeText, placeTexts } from './places.js';
import type { Values } from './places.js';
import { placeCursor } from './paging.js';
import type { Placed } from './paging.js';

/** Offsets and page numbers. */
const NUMBER = /^\d{1,10}$/;

type Pairs = readonly (readonly [string, string])[];
type ListStyle = 'repeat' | 'csv' | 'brackets' | 'indexed';
type PostRule = NonNullable<ResourceRule['readOnlyPost']>;

/** What a person gave that is no secret: may stand in paths, queries, headers and bodies. */
export function openFields(connector: Connector, given: Readonly<Record<string, string>>): Values {
  const fields = connector.secretFields.filter((field) => field.kind !== 'password').map((field) => [field.name, given[field.name] ?? '']);
  return { ...Object.fromEntries(fields), ...meaningsOf(connector, given) };
}

export function listPairs(name: string, texts: readonly string[], style: ListStyle): Pairs {
  if (style === 'csv') return texts.length === 0 ? [] : [[name, texts.join(',')]];
  const suffix = (index: number): string => ({ repeat: '', brackets: '[]', indexed: `[${index}]` })[style];
  return texts.map((text, index) => [`${name}${suffix(index)}`, text] as const);
}

function queryOf(rule: Pick<ResourceRule, 'query'>, values: Values): Pairs {
  return Object.entries(rule.query ?? {}).flatMap(([name, value]): Pairs => {
    if (typeof value === 'object') return listPairs(name, value.list.flatMap((text) => placeTexts(text, values)), value.as);
    return typeof value === 'string' ? placeTexts(value, values).map((text) => [name, text] as const) : [[name, String(value)]];
  });
}

function headersOf(headers: Readonly<Record<string, string>> | undefined, values: Values): Record<string, string> {
  // a line break in a value would become a header of its own
  return Object.fromEntries(Object.entries(headers ?? {}).flatMap(([name, text]) => placeTexts(text, values).map((value) => [name, value.replaceAll(/[^\x20-\x7e]/g, '')])));
}

function setAt(object: JsonObject, path: string, value: JsonValue): JsonObject {
  const [first, ...rest] = path.split('.');
  const below = object[first!];
  return { ...object, [first!]: rest.length === 0 ? value : setAt(isObject(below) ? below : {}, rest.join('.'), value) };
}

function jsonBody(post: PostRule, values: Values, placed: Placed): string {
  const filled = placeJson(post.body, values) ?? {};
  const body = isObject(filled) ? placed.body.reduce((object, [path, value]) => setAt(object, path, value), filled) : filled;
  return JSON.stringify(body);
}

function formBody(form: Readonly<Record<string, string>>, values: Values, placed: Placed): string {
  const pairs = Object.entries(form).flatMap(([name, text]) => placeTexts(text, values).map((value): [string, string] => [name, value]));
  return new URLSearchParams([...pairs, ...placed.body.map(([name, value]): [string, string] => [name, String(value)])]).toString();
}

export function postOf(post: PostRule, values: Values, placed: Placed = placeCursor(undefined, null)): NonNullable<DoorRequest['readOnlyPost']> {
  const isForm = post.form !== undefined;
  return {
    body: isForm ? formBody(post.form!, values, placed) : jsonBody(post, values, placed),
    contentType: isForm ? 'application/x-www-form-urlencoded' : 'application/json', reason: placeText(post.reason, {}),
  };
}

/** Query languages take the time inside a text: `{since}` in the parameter that `since.to` names. Otherwise the time is a parameter of its own. */
function sinceInText(rule: ResourceRule, more: Pairs): { readonly values: Values; readonly more: Pairs } {
  const name = rule.since?.to;
  const text = name === undefined ? undefined : rule.query?.[name];
  const time = more.find((pair) => pair[0] === name)?.[1];
  if (time === undefined || typeof text !== 'string' || !text.includes('{since}')) return { values: {}, more };
  return { values: { since: time }, more: more.filter((pair) => pair[0] !== name) };
}

/** The query and headers of the manifest, for each request of an export made on demand. */
export function jobRequest(rule: ResourceRule, template: string, values: Values): DoorRequest {
  return { path: placePath(template, values), told: template, query: queryOf(rule, values), headers: headersOf(rule.headers, values) };
}

/** Where a POST goes is the manifest's to say: of an address that an answer names only the query counts. PLB-COLLECT-007. */
function keepPath(path: string, declared: string, template: string): string {
  const plain = (each: string): string => each.replaceAll(/%[0-9a-f]{2}/gi, (escape) => (escape.toUpperCase() < '%80' ? decodeURIComponent(escape) : escape.toUpperCase())).replace(/\/+$/, '');
  if (plain(path) === plain(declared)) return declared;
  throw new PlumblineError('PLB-COLLECT-007', `The answer to POST ${template} names another path to go on at; nothing was sent there.`, { path: template });
}

/** `more`: query parameters beyond the manifest's, e.g. the time that events are asked from. */
export function requestOf(rule: ResourceRule, values: Values, asked: { readonly cursor: string | null; readonly more?: Pairs }): DoorRequest {
  const placed = placeCursor(rule.paging, asked.cursor);
  const since = sinceInText(rule, asked.more ?? []);
  const query = placed.address?.query ?? [...queryOf(rule, { ...values, ...since.values }), ...since.more, ...placed.query];
  const headers = { ...headersOf(rule.headers, values), ...placed.headers };
  const template = rule.readOnlyPost?.path ?? rule.get ?? '/';
  const declared = rule.readOnlyPost || !placed.address ? placePath(template, values) : '';
  const path = !placed.address ? declared : rule.readOnlyPost ? keepPath(placed.address.path, declared, template) : placed.address.path;
  const hidden = placed.query.flatMap(([name, value]) => (NUMBER.test(value) ? [] : [name]));
  const request = { path, told: template, query, headers, ...(hidden.length > 0 ? { hidden } : {}), ...(placed.address ? { followed: true } : {}) };
  return rule.readOnlyPost ? { ...request, readOnlyPost: postOf(rule.readOnlyPost, values, placed) } : request;
}

/** All that is asked for, to tell requests apart; it may hold a key, so it is never stored as it is. */
export function wholeLabelOf(request: Pick<DoorRequest, 'path' | 'query' | 'readOnlyPost'>): string {
  const query = new URLSearchParams((request.query ?? []).map(([name, value]): [string, string] => [name, value])).toString();
  return `${request.readOnlyPost ? 'POST' : 'GET'} ${request.path}${query === '' ? '' : `?${query}`}`;
}

/** `*` for what looks like a secret, and for all but small numbers in an address that the platform handed out. */
function shownValue(name: string, value: string, { followed, hidden }: DoorRequest): string {
  const isSecret = hidden?.includes(name) === true || findSecrets(`?${name}=${value}`).length > 0 || findSecrets(value).length > 0;
  return isSecret || (followed === true && !/^\d{0,6}$/.test(value)) ? '*' : value;
}

/** `GET /workflows?limit=250`: for people and for evidence, without secrets. */
export function labelOf(request: DoorRequest): string {
  const query = (request.query ?? []).map(([name, value]) => [name, shownValue(name, value, request)] as const);
  const path = request.followed === true ? toldPath(request) : guardedPath(request.path);
  return wholeLabelOf({ ...request, path, query });
}
