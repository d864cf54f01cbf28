/**
 * Mails from facts. Owns: the small template form below, escaping, dates. Does not own: the words (templates/mail).
 *
 * A template is one file per kind: a `Subject:` and a `Preview:` line, then blocks separated by empty lines. `# text` is the
 * heading, `[label]` the button, lines of `| label | value` a table, `~ text` small print, anything else a paragraph. The structure is
 * read from the file BEFORE facts are filled in, so no fact can become a block; HTML and text come from the same blocks.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import Handlebars from 'handlebars';
import type { MailKind } from '../model/assessment.js';

/** Plain values only. Keys that end in `At` hold ISO times. */
export type MailFacts = Readonly<Record<string, string | number | boolean | null>>;

export interface RenderedMail {
  subject: string;
  html: string;
  text: string;
}

export interface RenderMailInput {
  kind: MailKind;
  facts: MailFacts;
  /** where the button leads; http and https only */
  link: string | null;
  locale: string;
  templatesRoot: string;
}

type Block =
  | { heading: string } | { paragraph: string } | { small: string }
  | { button: string; link: string }
  | { rows: { label: string; value: string }[] };

export async function renderMail(input: RenderMailInput): Promise<RenderedMail> {
  if (input.link !== null && !/^https?:\/\//.test(input.link)) throw new RangeError('a mailed link starts with http:// or https://');
  const folder = join(input.templatesRoot, 'mail');
  const [source, layout] = await Promise.all([readFile(join(folder, `${input.kind}.hbs`), 'utf8'), readFile(join(folder, 'layout.html.hbs'), 'utf8')]);
  const fill = filler(input.facts, input.locale);
  const [head = '', ...rest] = source.replaceAll('\r', '').trim().split(/\n{2,}/);
  const blocks = rest.flatMap((block) => toBlock(block, fill, input.link));
  const subject = fill(headLine(head, 'Subject'));
  const html = Handlebars.compile(layout, { strict: true, knownHelpersOnly: true })({ blocks: blocks.map(withAllKeys), subject, preview: fill(headLine(head, 'Preview')), footer: footer(fill) });
  return { subject, html, text: `${[...blocks.map(blockText), `-- \n${wrap(footer(fill))}`].join('\n\n')}\n` };
}

function headLine(head: string, name: string): string {
  const line = head.split('\n').find((candidate) => candidate.startsWith(`${name}: `));
  if (line === undefined) throw new Error(`a mail template lacks its ${name} line`);
  return line.slice(name.length + 2);
}

function footer(fill: (source: string) => string): string {
  return fill('Sent by Plumbline for {{organisation}}. A program wrote this mail.');
}

/** Filled as plain text: the layout escapes it for HTML, once. Line breaks and control characters in facts become spaces. */
function filler(facts: MailFacts, locale: string): (source: string) => string {
  const handlebars = Handlebars.create();
  handlebars.registerHelper('day', (at: string) => formatDay(at, locale));
  handlebars.registerHelper('count', (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`);
  const safe = Object.fromEntries(Object.entries(facts).map(([key, value]) => [key, typeof value === 'string' ? oneLine(value) : value]));
  return (source) => handlebars.compile(source, { noEscape: true, strict: true, knownHelpers: { day: true, count: true }, knownHelpersOnly: true })(safe).replace(/[ \n]+/g, ' ').trim();
}

/** The zone is always said: reader and sender may sit anywhere. */
function formatDay(at: string, locale: string): string {
  const options = { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit', timeZone: 'UTC' } as const;
  return `${new Intl.DateTimeFormat(locale, options).format(new Date(at))} UTC`;
}

function oneLine(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are exactly what is replaced
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, ' ').trim();
}

function toBlock(source: string, fill: (source: string) => string, link: string | null): Block[] {
  if (source.startsWith('[')) return link === null ? [] : [{ button: fill(source.slice(1, source.lastIndexOf(']'))), link }];
  if (source.startsWith('|')) return [{ rows: source.split('\n').map((line) => toRow(line, fill)).filter((row) => row.value !== '') }];
  if (source.startsWith('# ')) return [{ heading: fill(source.slice(2)) }];
  const isSmall = source.startsWith('~ ');
  const text = fill(isSmall ? source.slice(2) : source);
  return text === '' ? [] : [isSmall ? { small: text } : { paragraph: text }];
}

function toRow(line: string, fill: (source: string) => string): { label: string; value: string } {
  const [, label = '', value = ''] = line.split('|');
  return { label: fill(label), value: fill(value) };
}

/** Strict templates refuse an absent key. */
function withAllKeys(block: Block) {
  return { heading: null, paragraph: null, small: null, button: null, link: null, rows: null, ...block };
}

function blockText(block: Block): string {
  if ('rows' in block) {
    const width = Math.max(...block.rows.map((row) => row.label.length)) + 2;
    return block.rows.map((row) => `${`${row.label}:`.padEnd(width)}${row.value}`).join('\n');
  }
  if ('button' in block) return `${block.button}:\n${block.link}`;
  return wrap('heading' in block ? block.heading : 'small' in block ? block.small : block.paragraph);
}

/** At 76 columns, as mail readers expect of plain text; a word longer than that stays whole. */
function wrap(text: string): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines[lines.length - 1]!;
    if (line !== '' && line.length + 1 + word.length > 76) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.join('\n');
}
