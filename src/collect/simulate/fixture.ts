/** One set of recorded or constructed answers of a platform. Owns its shape and reading it from a connector's folder; serves nothing. */
import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { PlumblineError } from '../../model/errors.js';
import { JsonValue } from '../../model/resource.js';

const texts = z.record(z.string(), z.string());

export const Exchange = z.strictObject({
  host: z.string().default('main').describe('`main`, or the true name of another host, e.g. api.bap.microsoft.com.'),
  method: z.enum(['GET', 'POST']).default('GET'),
  path: z.string().regex(/^\//, 'must begin with /').describe('The whole path from the host on, without the query.'),
  query: z.record(z.string(), z.union([z.string(), z.array(z.string())])).default({}).describe('Every parameter of the request; `*` takes any value, a list stands for a repeated name.'),
  requestBody: JsonValue.optional().describe('What a POST must send, JSON or the fields of a form; `*` takes any value.'),
  requires: texts.optional().describe('Headers that the request must have; without them the answer is 401.'),
  status: z.number().int().min(100).max(599).default(200),
  headers: z.record(z.string(), z.union([z.string(), z.array(z.string())])).default({}).describe('A list stands for a header that comes several times, as Set-Cookie does.'),
  body: JsonValue.optional(),
  bodyText: z.string().optional(),
  bodyFile: z.string().optional().describe('A file of this folder that holds the body.'),
});
export type Exchange = z.infer<typeof Exchange>;

/** Where platforms keep secrets: a set that was made up has one in each of them, or says why this platform has none there. */
export const SECRET_PLACES = ['credential', 'header', 'query', 'code', 'connection-string', 'settings'] as const;

const PlantedSecret = z.strictObject({
  in: z.enum([...SECRET_PLACES, 'recorded']).describe('`recorded`: the stand-in of a secret that was found while recording.'),
  value: z.string().min(6).describe('As it stands in an answer, decoded. It opens nothing.'),
  unseen: z.string().min(10).optional().describe('Why its rotation cannot show: the manifest drops it, because ...'),
});
export type PlantedSecret = z.infer<typeof PlantedSecret>;

export const FixtureSet = z.strictObject({
  about: z.string().describe('One line: recorded from what and when, or constructed from which sources.'),
  address: z.string().describe('The address a person would give, e.g. https://eu1.make.com.'),
  fields: texts.default({}).describe('The fields a person would give; never a real secret.'),
  secrets: z.array(PlantedSecret).default([]).describe('The secrets that stand in the answers: none may come through, and the rotation of each shows as one other fingerprint.'),
  noSecrets: z.union([z.string().min(10), z.partialRecord(z.enum(SECRET_PLACES), z.string().min(10))]).default({}).describe('Why there is none at all, or none in one place.'),
  exchanges: z.array(Exchange).min(1),
});
export type FixtureSet = z.infer<typeof FixtureSet>;

/** The main set; it must use every exchange and its rotations must show. */
export const MAIN_SET = 'estate';

function fixtureError(file: string, problem: string): PlumblineError {
  return new PlumblineError('PLB-COLLECT-011', `${file}: ${problem}.`, { file });
}

/** `packs/connectors/make/fixtures/estate.json`: the end of the path, fit to be shown. */
export function shownPath(file: string): string {
  const fromHere = relative(process.cwd(), file);
  return fromHere.startsWith('..') ? file.replace(/^.*(?=packs[\\/]connectors[\\/])/, '') : fromHere;
}

async function parsedFile(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw fixtureError(shownPath(file), error instanceof SyntaxError ? `it is no JSON (${error.message})` : 'the file cannot be read');
  }
}

async function withBody(exchange: Exchange, folder: string): Promise<Exchange> {
  if (exchange.bodyFile === undefined) return exchange;
  const { bodyFile, ...rest } = exchange;
  return { ...rest, body: (await parsedFile(join(folder, bodyFile))) as JsonValue };
}

/** Throws PLB-COLLECT-011 naming the file and the place. */
export async function loadFixture(connectorFolder: string, set: string): Promise<FixtureSet> {
  const folder = join(connectorFolder, 'fixtures');
  const file = join(folder, `${set}.json`);
  const parsed = FixtureSet.safeParse(await parsedFile(file));
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw fixtureError(shownPath(file), `at ${issue.path.map(String).join('.') || 'the top'}: ${issue.message}`);
  }
  return { ...parsed.data, exchanges: await Promise.all(parsed.data.exchanges.map((exchange) => withBody(exchange, folder))) };
}

/** Names of the sets of a connector, the main one first. Other JSON of the folder (bodies, goldens) is none. */
export async function listSets(connectorFolder: string): Promise<string[]> {
  const folder = join(connectorFolder, 'fixtures');
  if (!existsSync(folder)) return [];
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json') && !name.endsWith('.golden.json'));
  const sets: string[] = [];
  for (const name of names.sort()) {
    const content = await parsedFile(join(folder, name));
    if (typeof content === 'object' && content !== null && 'exchanges' in content) sets.push(name.slice(0, -'.json'.length));
  }
  return sets.sort((a, b) => Number(b === MAIN_SET) - Number(a === MAIN_SET));
}
