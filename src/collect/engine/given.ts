/**
 * Puts what a person gave into the texts of a manifest. Owns what a value may look like where it is put: in a host name,
 * in a path, in a header, in a body. Secret fields stand in sign-ins only. Errors name fields, never values.
 */
import { RE2JS } from 're2js';
import { PlumblineError } from '../../model/errors.js';
import type { Connector } from '../manifest/connector.js';

export type Given = Readonly<Record<string, string>>;
/** for whose errors */
export interface Named {
  readonly title: string;
  readonly host: string;
}

const PLACE = /\{(\w+)\}/g;

function given(values: Given, field: string, { title, host }: Named): string {
  const value = values[field];
  if (value === undefined || value === '') throw new PlumblineError('PLB-COLLECT-002', `No key was given for ${title}: the field ${field} is empty.`, { host });
  return value;
}

/** For bodies and for Basic: any text, but not none. */
export function fillText(text: string, values: Given, named: Named): string {
  return text.replaceAll(PLACE, (_all, field: string) => given(values, field, named));
}

/** For headers and query parameters that sign in: a pasted key with a space or a line break is told, not sent. */
export function fillKey(text: string, values: Given, named: Named): string {
  return text.replaceAll(PLACE, (_all, field: string) => {
    const key = given(values, field, named);
    if (/[^\x21-\x7e]/.test(key)) throw new PlumblineError('PLB-COLLECT-002', `The key for ${named.title} holds a space, a line break or another character that no key has.`, { host: named.host });
    return key;
  });
}

export function fillKeys(texts: Given, values: Given, named: Named): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, fillKey(text, values, named)]));
}

/** What the chosen options stand for, by name; the first option where nothing was chosen. The texts are the manifest's own. */
export function meaningsOf({ manifest }: Pick<Connector, 'manifest'>, values: Readonly<Record<string, unknown>>): Given {
  return Object.assign({}, ...manifest.secretFields.map(({ name, means, options }) => {
    const chosen = values[name];
    return means === undefined ? {} : (typeof chosen === 'string' && Object.hasOwn(means, chosen) ? means[chosen] : means[options?.[0] ?? '']);
  })) as Given;
}

export function withMeanings(connector: Pick<Connector, 'manifest'>, values: Given): Given {
  return { ...values, ...meaningsOf(connector, values) };
}

/** A text of the manifest, not of a person. */
function isMeaning({ manifest }: Connector, name: string): boolean {
  return manifest.secretFields.some(({ means }) => Object.values(means ?? {}).some((texts) => Object.hasOwn(texts, name)));
}

function fieldOf({ manifest, id }: Connector, name: string): Connector['secretFields'][number] {
  const field = manifest.secretFields.find((each) => each.name === name);
  if (!field) throw new PlumblineError('PLB-COLLECT-011', `The manifest of ${id} puts {${name}} into an address, but asks nobody for it.`, { connectorId: id });
  if (field.kind === 'password') throw new PlumblineError('PLB-COLLECT-011', `The manifest of ${id} puts the secret {${name}} into an address.`, { connectorId: id });
  return field;
}

/** The label of an optional field in this text that was left empty: what it would be for is not there, and nobody's mistake. */
export function emptyFieldOf({ manifest }: Connector, values: Given, text: string): string | null {
  const field = manifest.secretFields.find(({ name, required }) => !required && text.includes(`{${name}}`) && (values[name] ?? '') === '');
  return field?.label ?? null;
}

/** A value in a host name decides where the key goes, so the whole of it must match the pattern that the manifest gives. */
function hostPart(connector: Connector, values: Given, name: string): string {
  if (isMeaning(connector, name)) return given(values, name, { title: connector.title, host: '' });
  const field = fieldOf(connector, name);
  const value = given(values, name, { title: connector.title, host: '' });
  const known = field.kind === 'choice' ? (field.options ?? []).includes(value) : field.pattern !== undefined && RE2JS.compile(field.pattern).matches(value);
  if (field.kind === 'text' && field.pattern === undefined) throw new PlumblineError('PLB-COLLECT-011', `The field ${name} of the manifest of ${connector.id} stands in a host name and has no pattern.`, { connectorId: connector.id });
  if (!known || /[^a-zA-Z0-9.-]/.test(value)) throw new PlumblineError('PLB-COLLECT-007', `What was given as "${field.label}" can be no part of a host name.`, { field: name });
  return value;
}

/** A path below a base, values percent-encoded. */
export function fillPath(connector: Connector, values: Given, path: string): string {
  const named = { title: connector.title, host: '' };
  return path.replaceAll(PLACE, (_all, name: string) => {
    const value = given(values, isMeaning(connector, name) ? name : fieldOf(connector, name).name, named);
    if (/^\.{1,2}$/.test(value)) throw new PlumblineError('PLB-COLLECT-007', `What was given as "${fieldOf(connector, name).label}" can be no part of an address.`, { field: name });
    return encodeURIComponent(value);
  });
}

/** A full address of the manifest, `{field}` filled in. */
export function fillAddress(connector: Connector, values: Given, text: string): URL {
  const parts = /^(https?:\/\/)([^/?#]*)(.*)$/i.exec(text);
  const filled = parts ? parts[1]! + parts[2]!.replaceAll(PLACE, (_all, name: string) => hostPart(connector, values, name)) + fillPath(connector, values, parts[3]!) : '';
  if (!URL.canParse(filled)) throw new PlumblineError('PLB-COLLECT-011', `The manifest of ${connector.id} names an address that is none.`, { connectorId: connector.id });
  return new URL(filled);
}

/** Headers that every request carries: text fields may stand in them, secrets only in sign-ins. */
export function fillPlain(texts: Given, connector: Connector, values: Given): Record<string, string> {
  const named = { title: connector.title, host: '' };
  const wanted = Object.entries(texts).filter(([, text]) => emptyFieldOf(connector, values, text) === null);
  return Object.fromEntries(wanted.map(([name, text]) => [name, text.replaceAll(PLACE, (_all, field: string) => given(values, isMeaning(connector, field) ? field : fieldOf(connector, field).name, named))]));
}
