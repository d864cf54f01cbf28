/** Reads XML and YAML text as JSON values. Owns: entities, document types, tags and repeated anchors are refused, never followed. */
import type { JsonValue } from '../../model/resource.js';
import { UnreadableFileError } from './unreadable.js';

const PROLOG = /^(?:\s+|<\?(?:(?!\?>)[\s\S]){0,2000}\?>|<!--(?:(?!-->)[\s\S]){0,20000}-->)/;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function hasDoctype(text: string): boolean {
  let rest = text.slice(0, 100_000);
  for (let match = PROLOG.exec(rest); match && match[0] !== ''; match = PROLOG.exec(rest)) rest = rest.slice(match[0].length);
  return /^<!DOCTYPE/i.test(rest);
}

/** The five names of XML and characters by number; any other name stays as it is written. */
function withCharacters(text: string): string {
  return text.includes('&') ? text.replaceAll(/&(?:(amp|lt|gt|quot|apos)|#(\d{1,7})|#x([0-9a-f]{1,6}));/gi, (all, name: string | undefined, decimal: string | undefined, hex: string | undefined) => {
    if (name !== undefined) return ENTITIES[name] ?? all;
    const code = decimal === undefined ? Number.parseInt(hex!, 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : all;
  }) : text;
}

/**
 * `{root: {child: {'@attribute': text, '#text': text}}}`: all values are texts; an element that stands once is an object or a
 * text, one that repeats is a list.
 */
export async function parseXml(text: string): Promise<JsonValue> {
  if (hasDoctype(text)) throw new UnreadableFileError('it was refused: XML with a document type may pull in other files');
  const { XMLParser, XMLValidator } = await import('fast-xml-parser');
  const valid = XMLValidator.validate(text);
  if (valid !== true) throw new UnreadableFileError(`it is no XML: line ${valid.err.line}`);
  const parser = new XMLParser({
    ignoreAttributes: false, attributeNamePrefix: '@', textNodeName: '#text', parseTagValue: false, parseAttributeValue: false,
    processEntities: false, htmlEntities: false, ignoreDeclaration: true, ignorePiTags: true, maxNestedTags: 100,
    tagValueProcessor: (_tag: string, value: string) => withCharacters(value), attributeValueProcessor: (_name: string, value: string) => withCharacters(value),
    onDangerousProperty: (name: string): string => { throw new UnreadableFileError(`it was refused: an element named ${name}`); },
  });
  try {
    return parser.parse(text) as JsonValue;
  } catch (error) {
    if (error instanceof UnreadableFileError) throw error;
    throw new UnreadableFileError('it is no XML that can be read: it is broken, or nested too deep');
  }
}

function hasOddKey(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.keys(value).includes('__proto__') || Object.values(value).some(hasOddKey);
}

export async function parseYamlText(text: string): Promise<JsonValue> {
  const { LineCounter, parseDocument } = await import('yaml');
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, strict: true, uniqueKeys: true, schema: 'core' });
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem) throw new UnreadableFileError(`it is no YAML that is read here: line ${counter.linePos(problem.pos[0]).line}`);
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    if (error instanceof ReferenceError) throw new UnreadableFileError(error.message.startsWith('Excessive') ? 'it was refused: it repeats parts of itself too often' : 'it is no YAML: it repeats a part that is not there');
    throw error;
  }
  if (hasOddKey(value)) throw new UnreadableFileError('it was refused: a key named __proto__');
  return (value ?? null) as JsonValue;
}
