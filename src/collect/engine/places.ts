/**
 * Fills `{name}` places of a manifest's paths, queries, headers and bodies. Owns what happens when nothing is there to fill
 * in. Knows no request; secrets never come here (they stand in `auth` only).
 */
import { PlumblineError } from '../../model/errors.js';
import type { JsonValue } from '../../model/resource.js';
import { asText, isObject } from '../expressions/scope.js';
import type { JsonObject } from '../expressions/scope.js';

/** Bound values, and behind them the text fields that the person gave. */
export type Values = Readonly<Record<string, JsonValue>>;

const PLACE = /\{(\w+)\}/g;
const ONLY_PLACE = /^\{(\w+)\}$/;

function valueOf(values: Values, name: string): JsonValue | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

/** The one name that the whole text consists of: such a place takes the value as it is, a list or a number too. */
function onlyName(text: string): string | null {
  return ONLY_PLACE.exec(text)?.[1] ?? null;
}

/** Percent-encoded. An empty value would make another address of it, so it is refused: PLB-COLLECT-011. */
export function placePath(template: string, values: Values): string {
  return template.replaceAll(PLACE, (_all, name: string) => {
    const text = asText(valueOf(values, name));
    // `.` and `..` are steps through the path, however they are encoded; Buffer replaces half characters
    if (text === undefined || /^\.{0,2}$/.test(text)) throw new PlumblineError('PLB-COLLECT-011', `There is no usable value for {${name}} in ${template}.`, { name, path: template });
    return encodeURIComponent(Buffer.from(text).toString());
  });
}

/** A name that nobody bound stays as it stands: braces mean something in other languages too. */
export function placeText(template: string, values: Values): string {
  return template.replaceAll(PLACE, (place, name: string) => asText(valueOf(values, name)) ?? place);
}

/** Each text; a place on its own takes a bound list as several. Nothing to fill in = left out. */
export function placeTexts(template: string, values: Values): string[] {
  const name = onlyName(template);
  if (name === null) return [placeText(template, values)];
  const value = valueOf(values, name) ?? null;
  return (Array.isArray(value) ? value : [value]).flatMap((each) => asText(each) ?? []).filter((text) => text !== '');
}

/** Deep. A place on its own takes the value as it is; without one the member is left out. */
export function placeJson(template: JsonValue, values: Values): JsonValue | undefined {
  if (typeof template === 'string') {
    const name = onlyName(template);
    if (name === null || !Object.hasOwn(values, name)) return placeText(template, values);
    return values[name] === '' ? undefined : values[name];
  }
  if (Array.isArray(template)) return template.map((member) => placeJson(member, values)).filter((member) => member !== undefined);
  if (!isObject(template)) return template;
  const filled: JsonObject = {};
  for (const [key, member] of Object.entries(template)) {
    const value = placeJson(member, values);
    if (value !== undefined) filled[key] = value;
  }
  return filled;
}

/** Every name that stands in braces anywhere below. */
export function placesIn(template: JsonValue): Set<string> {
  return new Set([...JSON.stringify(template).matchAll(PLACE)].map((match) => match[1]!));
}
