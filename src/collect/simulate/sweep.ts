/** The last look over a recording before it is written: no value that a scan takes out may stand in it, in whatever spelling. Owns the looking and the refusal. */
import { PlumblineError } from '../../model/errors.js';
import type { JsonValue } from '../../model/resource.js';
import { decodeItem } from '../decode/decode-item.js';
import type { Connector } from '../manifest/connector.js';
import type { Exchange } from './fixture.js';
import { itemsOfSet, leavesOf, valueAt } from './places.js';
import { indexOfSpelling, spellingsOf } from './spellings.js';

interface Written {
  readonly where: string;
  readonly text: string;
}

const SHORTEST = 4;

function leafTexts(where: string, value: JsonValue | undefined): Written[] {
  return leavesOf(value).map(({ place, value: leaf }) => ({ where: `${where} ${place.filter((part) => part !== '#json').join('.')}`.trim(), text: String(leaf) }));
}

function namesIn(value: JsonValue | undefined): string[] {
  if (Array.isArray(value)) return value.flatMap(namesIn);
  return typeof value === 'object' && value !== null ? Object.entries(value).flatMap(([name, each]) => [name, ...namesIn(each)]) : [];
}

function writtenIn(exchange: Exchange): Written[] {
  const name = `${exchange.method} ${exchange.path}`;
  const { body, bodyText, headers, query, path, requestBody, requires } = exchange;
  return [
    ...leafTexts(name, body), { where: `${name}, names of fields`, text: namesIn(body).join('\n') }, { where: `${name}, its text`, text: bodyText ?? '' }, { where: `${name}, path`, text: path },
    ...leafTexts(`${name}, headers`, headers), ...leafTexts(`${name}, query`, query as JsonValue), ...leafTexts(`${name}, what is sent`, requestBody), ...leafTexts(`${name}, requires`, requires as JsonValue | undefined),
  ];
}

/** Also what a scan sees only after decoding, such as packed text. */
function decodedIn(connector: Connector, exchanges: readonly Exchange[]): Written[] {
  return itemsOfSet(connector, exchanges).flatMap(({ resource, exchange, items }) => (resource.rule.decode.length === 0 ? [] : items.flatMap((place) => {
    const { method, path, body } = exchanges[exchange]!;
    return leafTexts(`${method} ${path} ${place.join('.')}`, decodeItem(valueAt(body, place) ?? null, resource.rule.decode, []));
  })));
}

/** What the stand-in has in common with the secret was left on purpose: the host of an address. */
function spellingsLeft(secret: string, standIn: string): string[] {
  return [...new Set([secret, ...spellingsOf(secret)])].filter((spelling) => spelling.length >= SHORTEST && !standIn.includes(spelling));
}

/** `secrets`: each with what stands for it now. Throws PLB-COLLECT-017, which names the place and never the value. */
export function sweep(connector: Connector, exchanges: readonly Exchange[], secrets: ReadonlyMap<string, string>): void {
  const written = [...exchanges.flatMap(writtenIn), ...decodedIn(connector, exchanges)].filter(({ text }) => text.length >= SHORTEST);
  const whole = written.map(({ text }) => text).join('\n');
  for (const [secret, standIn] of secrets) {
    const left = spellingsLeft(secret, standIn).find((spelling) => indexOfSpelling(whole, spelling) !== -1);
    if (left === undefined) continue;
    const where = written.find(({ text }) => indexOfSpelling(text, left) !== -1)?.where ?? 'an answer';
    throw new PlumblineError('PLB-COLLECT-017', `Nothing was written: a secret that a scan takes out could not be replaced in the recording (${where}).`, { where });
  }
}
