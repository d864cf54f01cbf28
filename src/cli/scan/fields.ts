/**
 * What a connector asks for, from where a terminal may give it: --field for what is no secret, a file or the environment for what
 * is. Owns these places and their order. Values never stand in a message.
 */
import { readFile } from 'node:fs/promises';
import type { Connector } from '../../collect/index.js';
import { PlumblineError } from '../../model/errors.js';

export interface GivenFields {
  /** `name=value` of --field */
  readonly fields: readonly string[];
  readonly keyFile: string | null;
  readonly username: string | null;
}

type Values = Record<string, string>;
const LINE = /^([A-Za-z][A-Za-z0-9_]*)\s*=\s*(.*)$/;

function namesOf(connector: Connector): string {
  return connector.secretFields.map(({ name, kind }) => (kind === 'password' ? `${name} (secret)` : name)).join(', ') || 'none';
}

function unknownField(connector: Connector, name: string, from: string): PlumblineError {
  return new PlumblineError('PLB-START-010', `${from} names a field ${name.slice(0, 40)} that ${connector.title} does not ask for; it asks for: ${namesOf(connector)}.`, { field: name.slice(0, 40) });
}

/** The field that a lone key is meant for. */
function keyField(connector: Connector, username: string | null): string {
  const { auth, secretFields } = connector.manifest;
  const passwords = secretFields.filter(({ kind }) => kind === 'password').map(({ name }) => name);
  if (username !== null && passwords.includes('password')) return 'password';
  const ready = auth.kind === 'login' ? auth.readyToken : undefined;
  return ready ?? passwords[0] ?? 'token';
}

function checkedNames(connector: Connector, values: Values, from: string): Values {
  const unknown = Object.keys(values).find((name) => !connector.secretFields.some((field) => field.name === name));
  if (unknown !== undefined) throw unknownField(connector, unknown, from);
  return values;
}

function jsonValues(text: string, from: string): Values | null {
  if (!/^\s*\{/.test(text)) return null;
  try {
    const value = JSON.parse(text) as Record<string, unknown>;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, String(each)]));
  } catch {
    throw new PlumblineError('PLB-START-010', `${from} begins like JSON and is none.`);
  }
}

function refuseOtherLines(text: string, from: string): void {
  const at = text.split(/\r?\n/).findIndex((line) => line.trim() !== '' && !line.trim().startsWith('#') && !LINE.test(line.trim()));
  if (at === -1) return;
  throw new PlumblineError('PLB-START-010', `${from}: line ${at + 1} is no NAME=value. A value of several lines, such as a private key (PEM), goes into a JSON object: {"name": "-----BEGIN PRIVATE KEY-----\\n...\\n-----END PRIVATE KEY-----\\n"}, with \\n for each end of a line.`);
}

/** `NAME=value` lines; null when any line is none, or names no field: then the text is one key, which may have a = in it. */
function lineValues(connector: Connector, text: string, from: string): Values | null {
  const lines = text.split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
  const pairs = lines.map((line) => LINE.exec(line));
  const fieldOf = (name: string): string | undefined => connector.secretFields.find((field) => field.name.toLowerCase() === name.toLowerCase())?.name;
  // a line that names a field says that the others do, too
  if (pairs.some((pair) => pair !== null && fieldOf(pair[1]!) !== undefined)) refuseOtherLines(text, from);
  if (pairs.length === 0 || pairs.some((pair) => pair === null || (pairs.length === 1 && fieldOf(pair[1]!) === undefined))) return null;
  return Object.fromEntries(pairs.map((pair) => [fieldOf(pair![1]!) ?? pair![1]!, pair![2]!]));
}

function parsedKey(connector: Connector, text: string, given: { from: string; username: string | null }): Values {
  const trimmed = text.trim();
  if (trimmed === '') return {};
  const several = jsonValues(trimmed, given.from) ?? lineValues(connector, text, given.from);
  return several ? checkedNames(connector, several, given.from) : { [keyField(connector, given.username)]: trimmed };
}

function fromOptions(connector: Connector, fields: readonly string[]): Values {
  const values = Object.fromEntries(fields.map((field) => {
    const at = field.indexOf('=');
    if (at < 1) throw new PlumblineError('PLB-START-010', '--field takes name=value.');
    return [field.slice(0, at), field.slice(at + 1)];
  }));
  const secret = connector.secretFields.find(({ name, kind }) => kind === 'password' && name in values);
  if (secret) throw new PlumblineError('PLB-START-010', `${secret.label} is a secret, and the command line can be read by everybody on this machine. Put it in PLUMBLINE_FIELD_${secret.name.toUpperCase()}, or in a file named by --key-file.`, { field: secret.name });
  return checkedNames(connector, values, '--field');
}

function fromEnvironment(connector: Connector, env: NodeJS.ProcessEnv): Values {
  return Object.fromEntries(connector.secretFields.flatMap(({ name }) => {
    const value = env[`PLUMBLINE_FIELD_${name.toUpperCase()}`];
    return value === undefined || value === '' ? [] : [[name, value]];
  }));
}

async function fromFile(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new PlumblineError('PLB-START-010', `The file ${file} of --key-file cannot be read (${error.code ?? 'unknown error'}).`, { file });
  });
}

function refuseMissing(connector: Connector, values: Values): void {
  const missing = connector.secretFields.filter(({ name, required }) => required && (values[name] ?? '') === '');
  const first = missing[0];
  if (first === undefined) return;
  const where = first.kind === 'password' ? `PLUMBLINE_KEY, PLUMBLINE_FIELD_${first.name.toUpperCase()} or a file named by --key-file` : `--field ${first.name}=...`;
  throw new PlumblineError(first.kind === 'password' ? 'PLB-COLLECT-002' : 'PLB-START-010', `${connector.title} asks for ${missing.map(({ label }) => label).join(', ')}. Give ${first.label} by ${where}.`, { field: first.name });
}

/** All fields by name. What stands later wins: the key, the environment's fields, --username, --field. */
export async function givenFields(connector: Connector, given: GivenFields, env: NodeJS.ProcessEnv = process.env): Promise<Values> {
  const key = given.keyFile === null ? { text: env['PLUMBLINE_KEY'] ?? '', from: 'PLUMBLINE_KEY' } : { text: await fromFile(given.keyFile), from: `The file ${given.keyFile}` };
  const values = {
    ...parsedKey(connector, key.text, { from: key.from, username: given.username }),
    ...fromEnvironment(connector, env),
    ...(given.username === null ? {} : checkedNames(connector, { username: given.username }, '--username')),
    ...fromOptions(connector, given.fields),
  };
  refuseMissing(connector, values);
  return values;
}
