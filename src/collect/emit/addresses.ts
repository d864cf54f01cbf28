/**
 * Reads host names out of addresses as people write them in steps: plain, templated, half computed. Owns what counts as
 * known, as computed and as clear text. Pure; it never asks the network.
 */
import type { JsonValue } from '../../model/resource.js';
import { isRedacted, withoutMarks } from '../redact/marks.js';
import { NO_REFERENCES, withoutReferences } from '../redact/references.js';
import type { References } from '../redact/references.js';

export interface AddressReading {
  readonly hosts: Set<string>;
  dynamic: boolean;
  clearText: boolean;
  /** an address was there at all */
  any: boolean;
  /** one is computed as a whole: nobody can tell its scheme */
  hidden: boolean;
}

const CLEAR_SCHEMES = new Set(['http', 'ws', 'mqtt', 'ftp', 'ldap', 'amqp', 'redis', 'smtp', 'telnet', 'tcp', 'nats', 'imap', 'pop3']);
/** `#{}` of Workato, `@{}` of Power Automate, `{!}` of Salesforce, `{{}}` of most, `${}`; bounded, so that open braces cost nothing */
const TEMPLATE = /[#@]\{[^{}]{0,2000}(?:\{[^{}]{0,2000}\}[^{}]{0,2000}){0,20}\}|\{![^{}]{0,2000}\}|\{\{\{?(?:(?!\{\{)[\s\S])*?\}\}\}?|\$\{[^{}]{0,2000}\}|\$\([A-Z_]+\)/g;
const HOLE = '\u0001';
const SCHEME = /^([a-z][a-z0-9+.-]{1,20}):\/\//i;
const IPV6 = /^[0-9a-f.]*:[0-9a-f:.]*$/i;
const BARE_HOST = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/i;
const QUOTED_ADDRESS = /(["'`])([a-z][a-z0-9+.-]{1,20}:\/\/[^"'`\s]*)\1\s{0,20}([+,]?)\s{0,20}(["'`][/?#])?/gi;
/** an expression of Power Automate that is the whole text; `@@` is a plain `@` */
const WHOLE_EXPRESSION = /^@[a-z]+\(/i;
/** a named credential of Salesforce stands in place of scheme and host */
const NAMED_CREDENTIAL = /^callout:/i;

export function newReading(): AddressReading {
  return { hosts: new Set(), dynamic: false, clearText: false, any: false, hidden: false };
}

function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || host === '::1' || host === '0.0.0.0' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

function authorityOf(rest: string): string {
  const end = rest.search(/[/?#\\]/);
  const authority = end === -1 ? rest : rest.slice(0, end);
  return authority.slice(authority.lastIndexOf('@') + 1);
}

function hostOf(authority: string): string {
  const bracketed = /^\[([0-9a-f:.]+)\]/i.exec(authority);
  return (bracketed ? bracketed[1]! : authority.replace(/:\d*$/, '')).toLowerCase().replace(/\.$/, '');
}

function take(reading: AddressReading, scheme: string | null, authority: string): void {
  const host = hostOf(authority);
  const known = host !== '' && !host.includes(HOLE) && (BARE_HOST.test(host) || IPV6.test(host));
  if (!known) reading.dynamic = true;
  else if (!isLoopbackHost(host)) reading.hosts.add(host);
  if (scheme !== null && CLEAR_SCHEMES.has(scheme.toLowerCase()) && !(known && isLoopbackHost(host))) reading.clearText = true;
}

function hide(reading: AddressReading): void {
  reading.dynamic = true;
  reading.hidden = true;
}

/** `'https://a.example/' + id` inside an expression: the host is known when the literal goes on after it, or ends there. */
function readExpression(reading: AddressReading, expression: string): void {
  let found = false;
  const joins = (glue: string): boolean => glue === '+' || (glue === ',' && /concat\s?\(/i.test(expression));
  for (const match of expression.matchAll(QUOTED_ADDRESS)) {
    const scheme = SCHEME.exec(match[2]!)![1]!;
    const rest = match[2]!.slice(scheme.length + 3);
    const complete = /[/?#]/.test(rest) || match[4] !== undefined || !joins(match[3]!);
    take(reading, scheme, complete ? rest.replaceAll(TEMPLATE, HOLE).split(/[/?#]/)[0]! : HOLE);
    found = true;
  }
  if (!found) hide(reading);
}

/** `references`: what stands for a value of the run, by the connector's own marks. */
export function readAddress(value: JsonValue | undefined, reading: AddressReading, references: References = NO_REFERENCES): void {
  if (isRedacted(value)) {
    reading.any = true;
    return hide(reading);
  }
  if (typeof value !== 'string') return;
  const raw = withoutMarks(value).trim();
  const text = raw.startsWith('=') ? raw.slice(1).trim() : raw;
  if (text === '') return;
  reading.any = true;
  if (NAMED_CREDENTIAL.test(text)) return hide(reading);
  if (WHOLE_EXPRESSION.test(text)) return readExpression(reading, text);
  const own = withoutReferences(text, references, HOLE);
  const filled = own.includes('{') || own.includes('$') ? own.replaceAll(TEMPLATE, HOLE) : own;
  const scheme = SCHEME.exec(filled)?.[1] ?? null;
  if (scheme !== null) return take(reading, scheme, authorityOf(filled.slice(scheme.length + 3)));
  if (filled.startsWith(HOLE)) return readExpression(reading, text);
  const authority = authorityOf(filled);
  if (authority === '') return;
  if (authority.includes(HOLE)) hide(reading);
  else if (BARE_HOST.test(hostOf(authority)) && (authority.includes('.') || authority.includes(':') || hostOf(authority) === 'localhost')) take(reading, null, authority);
  else if (BARE_HOST.test(hostOf(authority)) && !filled.includes('/')) take(reading, null, authority);
}
