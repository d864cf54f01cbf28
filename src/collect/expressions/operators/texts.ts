/** Operators on texts and what texts stand for: parts, tests, host names, numbers, times. Owns their meaning. */
import { RE2JS } from 're2js';
import { newReading, readAddress } from '../../emit/addresses.js';
import { asText } from '../scope.js';
import type { Value } from '../scope.js';
import { listOf, onText, operator, pairTest, unary } from '../operator.js';
import type { Compiler, Operator, OperatorRule } from '../operator.js';

const textTest = (test: (text: string, part: string) => boolean): OperatorRule => pairTest((left, right) => test(asText(left) ?? '', asText(right) ?? ''));

const join: Operator = (argument, whole, at, compiler) => {
  const parts = listOf(argument, at, compiler);
  const glue = asText(whole['with']) ?? '';
  return (scope) => {
    const texts = parts.map((part) => asText(part(scope)));
    return texts.includes(undefined) ? undefined : texts.join(glue);
  };
};

/** Parts are trimmed, empty ones left out. */
const split: Operator = (argument, whole, at, compiler) => {
  const source = compiler.compile(argument, at);
  const glue = whole['at'];
  if (typeof glue !== 'string' || glue === '') return compiler.fail(at, 'needs `at`, the text between the parts');
  return (scope) => asText(source(scope))?.split(glue).map((part) => part.trim()).filter((part) => part !== '');
};

function patternOf(source: Value, at: string, compiler: Compiler): RE2JS {
  if (typeof source !== 'string') return compiler.fail(at, 'needs `pattern`, a regular expression with one group');
  const pattern = compiledOr(source, (problem) => compiler.fail(at, `the pattern ${source} is no RE2 expression: ${problem}`));
  return pattern.groupCount() === 1 ? pattern : compiler.fail(at, `the pattern ${source} needs exactly one group, it has ${pattern.groupCount()}`);
}

function compiledOr(source: string, refuse: (problem: string) => never): RE2JS {
  try {
    return RE2JS.compile(source);
  } catch (error) {
    return refuse(error instanceof Error ? error.message : 'it cannot be read');
  }
}

/** RE2 runs in linear time; this only bounds what one item may cost. */
const LONGEST_TEXT = 100_000;

/** Never ends with half a character, which has no canonical form. */
function beginningOf(text: string): string {
  return text.length <= LONGEST_TEXT ? text : text.slice(0, LONGEST_TEXT).replace(/[\ud800-\udbff]$/, '');
}

/** The first group of the first match. */
const extract: Operator = (argument, whole, at, compiler) => {
  const source = compiler.compile(argument, at);
  const pattern = patternOf(whole['pattern'], at, compiler);
  const found = remembered((text) => {
    const matcher = pattern.matcher(beginningOf(text));
    return matcher.find() ? (matcher.group(1) ?? undefined) : undefined;
  });
  return (scope) => found(asText(source(scope)) ?? '');
};

const MOST_REMEMBERED = 500;
const LONGEST_REMEMBERED = 200;

/** Platforms repeat the same short texts by the thousand: names of owners, roles. */
function remembered(work: (text: string) => string | undefined): (text: string) => string | undefined {
  let known = new Map<string, string | undefined>();
  return (text) => {
    if (text.length > LONGEST_REMEMBERED) return work(text);
    if (known.has(text)) return known.get(text);
    if (known.size >= MOST_REMEMBERED) known = new Map();
    const result = work(text);
    known.set(text, result);
    return result;
  };
}

function hostOf(value: Value): Value {
  const reading = newReading();
  readAddress(value, reading);
  return [...reading.hosts][0];
}

function numberOf(value: Value): Value {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

const YES = new Set(['true', '1', 'yes', 'on']);
const NO = new Set(['false', '0', 'no', 'off']);

/** Absent for what is neither: a check must not take an unknown word for "no". */
function booleanOf(value: Value): Value {
  const word = asText(value)?.trim().toLowerCase();
  if (word === undefined) return undefined;
  return YES.has(word) ? true : NO.has(word) ? false : undefined;
}

const DAY_AND_TIME = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s?(Z|[+-]\d{2}:?\d{2})?)?$/i;
const EARLIEST_MS = 100_000_000_000;

function shiftOf(zone: string | undefined): number {
  if (zone === undefined || zone.toUpperCase() === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return (zone.startsWith('-') ? -1 : 1) * minutes * 60_000;
}

/** Epoch seconds or milliseconds, or a day with time; without a zone the time is UTC, whatever the machine's zone is. */
function dateOf(value: Value): Value {
  const number = numberOf(value);
  const ms = typeof number === 'number' ? (number < EARLIEST_MS ? number * 1_000 : number) : timeOf(asText(value)?.trim() ?? '');
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) || ms === 0 ? undefined : date.toISOString();
}

function timeOf(text: string): number {
  const match = DAY_AND_TIME.exec(text);
  if (!match) return NaN;
  const [, year, month, day, hour, minute, second, fraction, zone] = match;
  const ms = Math.trunc(Number(`0.${fraction ?? '0'}`) * 1_000);
  const utc = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour ?? 0), Number(minute ?? 0), Number(second ?? 0), ms);
  const back = new Date(utc);
  return back.getUTCMonth() + 1 === Number(month) && back.getUTCDate() === Number(day) ? utc - shiftOf(zone) : NaN;
}

export const TEXTS: Readonly<Record<string, OperatorRule>> = {
  text: unary(asText),
  upper: onText((text) => text.toUpperCase()),
  lower: onText((text) => text.toLowerCase()),
  dashed: onText((text) => text.replaceAll(/\s+/g, '-')),
  join: operator(join, 'with'),
  split: operator(split, 'at'),
  extract: operator(extract, 'pattern'),
  host: unary(hostOf),
  has: textTest((text, part) => text.toLowerCase().includes(part.toLowerCase())),
  startsWith: textTest((text, part) => text.startsWith(part)),
  endsWith: textTest((text, part) => text.endsWith(part)),
  number: unary(numberOf),
  boolean: unary(booleanOf),
  date: unary(dateOf),
};
