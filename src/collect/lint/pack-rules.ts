/** What lint says about the rest of the pack: sources, README, fixtures that hold what looks real. Owns reading these files. */
import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { findSecrets } from '../redact/detectors.js';
import { looksRandom } from '../redact/literals.js';
import { listSets, loadFixture, shownPath } from '../simulate/fixture.js';
import type { FixtureSet } from '../simulate/fixture.js';
import { leavesOf } from '../simulate/places.js';
import { warningAt } from './remark.js';
import type { LintedManifest, Remark } from './remark.js';

export const SCHEMA_LINE = /^# yaml-language-server: \$schema=/m;
/** What an invented value has in it, and one copied from a platform hardly ever. */
const INVENTED = /fixture|example|invent|fake|dummy|literal|sample|test|not-?real|0000|1234|4711|0815|abcdef|xxxx/i;
const EXAMPLE_MAIL = /@(?:[\w-]+\.)*(?:example\.(?:com|org|net)|example|test|invalid|localhost)$/i;
/** the last part is letters: `name@1.4.0` is a version */
const MAIL = /[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,4}[A-Za-z]{2,24}(?![\w-])/g;

const README_PARTS: readonly { readonly pattern: RegExp; readonly what: string; readonly live?: boolean }[] = [
  { live: true, pattern: /^#+ .*\b(?:keys?|sign-?in|account|tokens?|credentials?|client|access)\b|\*\*(?:The |An? )?(?:\w+ ){0,2}(?:keys?|accounts?|tokens?|clients?|credentials?)\*\*/im, what: 'how to make a key with the least rights (a heading such as "## The key")' },
  { pattern: /^#+ .*(?:does not tell|cannot be seen|do not tell|not told)/im, what: 'what cannot be seen (a heading such as "## What Acme does not tell")' },
  { pattern: /^#+ .*Fixtures/im, what: 'where the fixtures come from (a heading "## Fixtures")' },
];

async function readmeRemarks(folder: string, isLive: boolean): Promise<Remark[]> {
  const file = join(folder, 'README.md');
  const shown = shownPath(file);
  if (!existsSync(file)) return [{ level: 'warning', file: shown, line: 1, problem: 'there is no README.md', fix: 'write how to make a key, what cannot be seen and where the fixtures come from' }];
  const text = await readFile(file, 'utf8');
  return README_PARTS.filter(({ pattern, live }) => (isLive || live !== true) && !pattern.test(text)).map(({ what }) => ({ level: 'warning', file: shown, line: 1, problem: `it does not say ${what}`, fix: 'add this section' }));
}

function lineOf(text: string, value: string): number {
  const at = text.indexOf(JSON.stringify(value).slice(1, -1));
  return at === -1 ? 1 : text.slice(0, at).split('\n').length;
}

/** `standIns`: what a recording put in the place of secrets, which looks like them on purpose. */
function valueRemarks(file: string, text: string, { values, standIns = [] }: { values: readonly string[]; standIns?: readonly string[] }): Remark[] {
  const secrets = values.flatMap((value) => findSecrets(value).map(({ start, end, kind }) => ({ value: value.slice(start, end), kind })));
  const real = secrets.filter(({ value }) => value.length >= 20 && looksRandom(value) && !INVENTED.test(value) && !standIns.some((standIn) => standIn.includes(value) || value.includes(standIn)));
  const mails = values.flatMap((value) => value.match(MAIL) ?? []).filter((mail) => !EXAMPLE_MAIL.test(mail));
  return [
    ...[...new Map(real.map((each) => [each.value, each])).values()].map(({ value, kind }): Remark => ({ level: 'warning', file, line: lineOf(text, value), problem: `${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind} here may be a real one`, fix: 'replace it by an invented one that says so, e.g. with "fixture" or "0000" in it' })),
    ...[...new Set(mails)].map((mail): Remark => ({ level: 'warning', file, line: lineOf(text, mail), problem: 'an e-mail address here may be a person\'s', fix: 'use an address at example.com' })),
  ];
}

function setValues(fixture: FixtureSet): { values: string[]; standIns: string[] } {
  const [named, standIns] = [false, true].map((isStandIn) => fixture.secrets.filter((secret) => (secret.in === 'recorded') === isStandIn).map(({ value }) => value)) as [string[], string[]];
  return { values: [...named, ...answerValues(fixture)], standIns };
}

function answerValues(fixture: FixtureSet): string[] {
  return fixture.exchanges.flatMap(({ body, bodyText }) => [...leavesOf(body).map(({ value }) => String(value)), ...(bodyText === undefined ? [] : [bodyText])]);
}

function signInRemarks(file: string, fixture: FixtureSet, { manifest }: LintedManifest): Remark[] {
  if (manifest.auth.kind === 'none' || fixture.exchanges.some(({ requires }) => requires !== undefined)) return [];
  return [{ level: 'warning', file, line: 1, problem: 'no exchange has `requires`, so nothing shows that requests are signed in', fix: 'give the header with the key on at least one exchange per host' }];
}

async function fixtureRemarks(folder: string, linted: LintedManifest): Promise<Remark[]> {
  const remarks: Remark[] = [];
  const sets = await listSets(folder);
  for (const set of sets) {
    const file = join(folder, 'fixtures', `${set}.json`);
    const [text, fixture] = [await readFile(file, 'utf8'), await loadFixture(folder, set)];
    remarks.push(...valueRemarks(shownPath(file), text, setValues(fixture)), ...(set === 'estate' ? signInRemarks(shownPath(file), fixture, linted) : []));
  }
  const files = join(folder, 'fixtures', 'files');
  const names = existsSync(files) ? (await readdir(files)).filter((name) => /\.(?:json|ya?ml|xml)$/.test(name) && !name.endsWith('.golden.json')) : [];
  for (const name of names) {
    const text = await readFile(join(files, name), 'utf8');
    remarks.push(...valueRemarks(shownPath(join(files, name)), text, { values: [text] }));
  }
  return remarks;
}

export async function packRemarks(folder: string, linted: LintedManifest): Promise<Remark[]> {
  const { manifest, source } = linted;
  const text = await readFile(join(folder, 'manifest.yaml'), 'utf8');
  return [
    ...(SCHEMA_LINE.test(text) ? [] : [warningAt(source, [], 'editors do not know its schema', 'begin with `# yaml-language-server: $schema=../schema.json`')]),
    ...(manifest.sources.length > 0 ? [] : [warningAt(source, ['sources'], 'it does not say where its facts come from', 'name documentation, specification or version in `sources`')]),
    ...(manifest.notExposed.length > 0 ? [] : [warningAt(source, ['notExposed'], 'it says of nothing that the API keeps it back', 'name what the platform has and does not tell (users? audit log? values of credentials?) in `notExposed`, or what is unseen looks clean')]),
    ...(await readmeRemarks(folder, Object.values(manifest.resources).some((rule) => rule.get !== undefined || rule.readOnlyPost !== undefined || rule.job !== undefined))),
    ...(await fixtureRemarks(folder, linted)),
  ];
}
