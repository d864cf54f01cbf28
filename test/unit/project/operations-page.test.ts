import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../src/api/limits.js';
import { MAX_FILE_BYTES } from '../../../src/collect/index.js';
import { MAX_FILES } from '../../../src/collect/files/find-files.js';
import { PIPE_DEADLINES } from '../../../src/collect/files/read-pipe.js';
import { MOST_TYPE_BYTES } from '../../../src/collect/engine/byte-budget.js';
import { RESULT_LIMITS } from '../../../src/collect/engine/job-result.js';
import { DECODE_LIMITS } from '../../../src/collect/decode/limits.js';
import { DOCUMENT_LIMITS } from '../../../src/collect/files/read-document.js';
import { ZIP_LIMITS } from '../../../src/collect/files/zip-directory.js';
import { DEFAULT_LIMIT, LONGEST_INNER_WAIT_MS } from '../../../src/collect/engine/pacing.js';
import { LONGEST_GUESS_MS } from '../../../src/collect/engine/throttle.js';
import { DOOR_LIMITS, RETRY_AFTER_CEILING_MS, RETRY_AFTER_DEFAULT_MS, RETRY_AFTER_FLOOR_MS } from '../../../src/collect/http/limits.js';

const root = join(import.meta.dirname, '../../..');
const page = readFileSync(join(root, 'docs/operations.md'), 'utf8');
const configuration = readFileSync(join(root, 'src/runtime/configuration.ts'), 'utf8');

/** The names in the schema of settings. */
function settings(): string[] {
  const schema = /^const settings = z\.object\(\{\n(.*?)^\}\);/ms.exec(configuration)![1]!;
  return [...schema.matchAll(/^ {2}([A-Z][A-Z0-9_]+):/gm)].map((match) => match[1]!);
}

/** The first column of the tables, up to the line that begins the second one. */
function documented(text: string): string[] {
  return [...text.matchAll(/^\|([^|]*)\|/gm)].flatMap((row) => [...row[1]!.matchAll(/`([A-Z][A-Z0-9_]+)`/g)].map((match) => match[1]!));
}

function sources(): string {
  return ['src', 'scripts', 'bin'].flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile()).map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8')).join('\n');
}

const [ours, others] = page.split('Read outside of these settings:') as [string, string];
const mebibytes = (bytes: number): string => `${bytes / 1024 / 1024} MiB`;
const seconds = (ms: number): string => `${ms / 1000} s`;

const row = (...cells: readonly (string | number)[]): string => `\n| ${cells.join(' | ')} |\n`;

describe('docs/operations.md', () => {
  it('names every setting, and none that does not exist', () => {
    expect(settings().length).toBeGreaterThan(20);
    expect(documented(ours).toSorted()).toEqual(settings().toSorted());
  });

  it('names no other variable that nothing reads or speaks of', () => {
    const code = sources();

    expect(documented(others)).toContain('PLUMBLINE_KEY');
    expect(documented(others).filter((name) => !code.includes(name))).toEqual([]);
  });

  it('names every variable of ours that the code reads', () => {
    const read = [...new Set([...sources().matchAll(/\benv(?:\.|\[')(PLUMBLINE_[A-Z_]+)/g)].map((match) => match[1]!))];

    expect(read).toContain('PLUMBLINE_DEBUG');
    expect(read.filter((name) => !documented(page).includes(name))).toEqual([]);
  });

  it.each([
    ['headers', `until its headers are there | ${seconds(DOOR_LIMITS.headerMs)}`],
    ['answer', `until its last byte | ${seconds(DOOR_LIMITS.totalMs)}`],
    ['bytes', row('bytes, after decompression', mebibytes(DOOR_LIMITS.bytes), mebibytes(MAX_FILE_BYTES), mebibytes(DECODE_LIMITS.bytes))],
    ['bytes of a list', row('bytes of all answers of one list', mebibytes(MOST_TYPE_BYTES), 'none', 'none')],
    ['depth of JSON', row('JSON: depth', `${DOOR_LIMITS.depth} levels`, `${DOCUMENT_LIMITS.depth} levels`, `${DECODE_LIMITS.depth} levels`)],
    ['keys of JSON', row('JSON: keys', DOOR_LIMITS.keys, 'none', DECODE_LIMITS.keys)],
    ['rows', row('lines of JSON, rows of CSV', RESULT_LIMITS.rows, 'none', 'none')],
    ['depth of XML and YAML', row('XML and YAML: depth', 'not read', `${DECODE_LIMITS.depth} levels`, `${DECODE_LIMITS.depth} levels`)],
    ['members of XML and YAML', row('XML and YAML: members', 'not read', DECODE_LIMITS.keys, DECODE_LIMITS.keys)],
    ['size of YAML', row('YAML: characters', 'not read', `${DECODE_LIMITS.yamlBytes / 1024 / 1024} Mi`, `${DECODE_LIMITS.yamlBytes / 1024 / 1024} Mi`)],
    ['repeats in YAML', row('YAML: repeats of parts of itself', 'not read', DECODE_LIMITS.yamlAliases, DECODE_LIMITS.yamlAliases)],
    ['files of a zip', row('zip: files', ZIP_LIMITS.members, ZIP_LIMITS.members, 'not read')],
    ['size of a zip', row('zip: all files together, unpacked', mebibytes(RESULT_LIMITS.zipBytes), `${ZIP_LIMITS.growth} times the size of a file`, 'not read')],
    ['growth in a zip', row(`zip: a file of more than ${mebibytes(ZIP_LIMITS.ratioFrom)}, unpacked`, `${ZIP_LIMITS.ratio} times its packed size`, `${ZIP_LIMITS.ratio} times its packed size`, 'not read')],
    ['redirects', `redirects, within the platform's host | ${DOOR_LIMITS.redirects}`],
    ['pause', `as the platform asks, ${seconds(RETRY_AFTER_FLOOR_MS)} to ${RETRY_AFTER_CEILING_MS / 60_000} min; ${seconds(RETRY_AFTER_DEFAULT_MS)} when neither it nor the manifest says, doubled with each refusal up to ${seconds(LONGEST_GUESS_MS)}`],
    ['pace', `otherwise ${DEFAULT_LIMIT.requests} a minute`],
    ['inner wait', `Waits up to ${seconds(LONGEST_INNER_WAIT_MS)} are`],
    ['file size', `size | ${mebibytes(MAX_FILE_BYTES)}; \`--max-file-size\``],
    ['files', `files in one run | ${MAX_FILES}`],
    ['silent pipe', `a pipe given by name, without a byte | ${seconds(PIPE_DEADLINES.silentMs)}`],
    ['endless pipe', `a pipe given by name, to its end | ${seconds(PIPE_DEADLINES.totalMs)}`],
    ['sign-ins', `${LIMITS.requests} requests, ${LIMITS.signInsPerAddress} tries to sign in (${LIMITS.signInsPerAccount} per account), ${LIMITS.tokensPerAddress} uses of links`],
  ])('gives the limit in force: %s', (_what, figure) => {
    expect(page).toContain(figure);
  });
});
