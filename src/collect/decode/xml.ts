/**
 * Reads XML as data: elements are members, attributes are members with `@` before their name, repeated elements are lists, text
 * beside them is `#text`. Owns the refusal of document types: with them go entities of the document's own, and their expansion.
 */
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import type { JsonValue } from '../../model/resource.js';
import { DECODE_LIMITS, UndecodableError } from './limits.js';
import { plainData } from './plain-data.js';

const parser = new XMLParser({
  ignoreAttributes: false, attributeNamePrefix: '@', textNodeName: '#text', parseTagValue: false, parseAttributeValue: false, trimValues: true,
  ignoreDeclaration: true, ignorePiTags: true, processEntities: true, htmlEntities: true,
});

/** Elements that are open at once, counted without building anything. */
function tooDeep(text: string): boolean {
  let depth = 0;
  for (let at = text.indexOf('<'); at !== -1; at = text.indexOf('<', at + 1)) {
    const next = text[at + 1];
    if (next === '!' || next === '?') continue;
    if (next === '/') { depth -= 1; continue; }
    const end = text.indexOf('>', at);
    if (end === -1) return false;
    if (text[end - 1] !== '/') depth += 1;
    if (depth > DECODE_LIMITS.depth) return true;
  }
  return false;
}

/** Throws UndecodableError. */
export function xmlValue(text: string): JsonValue {
  if (text.length > DECODE_LIMITS.bytes) throw new UndecodableError('it is too long');
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) throw new UndecodableError('it has a document type, which is refused');
  if (tooDeep(text)) throw new UndecodableError(`nested deeper than ${DECODE_LIMITS.depth} levels`);
  if (XMLValidator.validate(text) !== true) throw new UndecodableError('it is no XML');
  try {
    return plainData(parser.parse(text));
  } catch (error) {
    if (error instanceof UndecodableError) throw error;
    throw new UndecodableError('it is no XML');
  }
}
