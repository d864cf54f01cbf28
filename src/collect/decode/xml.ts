/**
 * Reads XML as data, out of items and out of files: elements are members, attributes are members with `@` before their name,
 * repeated elements are lists, text beside them is `#text`, and all values are texts. Owns the refusals: document types, which
 * pull in other files and unfold without end, names that steer objects, depth.
 */
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import type { JsonValue } from '../../model/resource.js';
import { DECODE_LIMITS, TOO_DEEP, UndecodableError } from './limits.js';
import { plainData } from './plain-data.js';

const CHARACTERS: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The five names of XML and characters by number; any other name stays as it is written. */
function withCharacters(text: string): string {
  if (!text.includes('&')) return text;
  return text.replaceAll(/&(?:(amp|lt|gt|quot|apos)|#(\d{1,7})|#x([0-9a-f]{1,6}));/gi, (all, name: string | undefined, decimal: string | undefined, hex: string | undefined) => {
    if (name !== undefined) return CHARACTERS[name] ?? all;
    const code = decimal === undefined ? Number.parseInt(hex!, 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : all;
  });
}

/** In place of the parser's own: what a document declares is never taken. */
const decoder = { decode: withCharacters, reset: () => undefined, addInputEntities: () => undefined, setXmlVersion: () => undefined, setExternalEntities: () => undefined };

const parser = new XMLParser({
  ignoreAttributes: false, attributeNamePrefix: '@', textNodeName: '#text', parseTagValue: false, parseAttributeValue: false, trimValues: true,
  ignoreDeclaration: true, ignorePiTags: true, entityDecoder: decoder, maxNestedTags: DECODE_LIMITS.depth - 1,
  onDangerousProperty: (name: string): string => { throw new UndecodableError(`it was refused: an element named ${name}`); },
});

const BEFORE_THE_ROOT: readonly (readonly [string, string])[] = [['<?', '?>'], ['<!--', '-->']];

/** What stands before the first element (spaces, instructions, comments) is passed over. Linear. */
function hasDocumentType(text: string): boolean {
  for (let at = 0; ;) {
    while (at < text.length && text.charCodeAt(at) <= 0x20) at += 1;
    const passed = BEFORE_THE_ROOT.find(([start]) => text.startsWith(start, at));
    if (!passed) return text.slice(at, at + '<!DOCTYPE'.length).toUpperCase() === '<!DOCTYPE';
    const end = text.indexOf(passed[1], at + passed[0].length);
    if (end === -1) return false;
    at = end + passed[1].length;
  }
}

function reasonOf(error: unknown): UndecodableError {
  if (error instanceof UndecodableError) return error;
  const message = error instanceof Error ? error.message : '';
  if (message.startsWith('Maximum nested tags')) return new UndecodableError(TOO_DEEP);
  return new UndecodableError(message.startsWith('[SECURITY]') ? 'it was refused: it has an element whose name is reserved' : 'it is no XML that can be read');
}

/** Throws UndecodableError. How long the text may be is for the caller to say. */
export function xmlValue(text: string): JsonValue {
  if (hasDocumentType(text)) throw new UndecodableError('it was refused: XML with a document type may pull in other files');
  const valid = XMLValidator.validate(text);
  if (valid !== true) throw new UndecodableError(`it is no XML: line ${valid.err.line}`);
  try {
    return plainData(parser.parse(text));
  } catch (error) {
    throw reasonOf(error);
  }
}
