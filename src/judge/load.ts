/** Reads the checks of every pack. Owns the message of a bad file: its name, the line and what is wrong there. */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isMap, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import { PlumblineError } from '../model/errors.js';
import { Check } from './check.js';
import { compileExpression, ExpressionError } from './expression.js';

const MAX_FILE_BYTES = 256 * 1024;
const CHECK_FILE = /\.ya?ml$/;

/** All checks under `<packsRoot>/policies/<pack>/`, sorted by id. A bad file is PLB-PACK-001 with its file and line. */
export async function loadChecks(packsRoot: string): Promise<Check[]> {
  const checks: Check[] = [];
  const policies = join(packsRoot, 'policies');
  for (const pack of await folders(policies)) {
    const files = (await readdir(join(policies, pack))).filter((name) => CHECK_FILE.test(name)).sort();
    for (const name of files) checks.push(await loadCheck({ path: join(policies, pack, name), shown: `packs/policies/${pack}/${name}`, pack }));
  }
  refuseTwins(checks);
  return checks.sort((a, b) => (a.id < b.id ? -1 : 1));
}

async function folders(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => {
    throw new PlumblineError('PLB-PACK-001', 'The folder packs/policies cannot be read.', { file: 'packs/policies' });
  });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name).sort();
}

async function loadCheck({ path, shown, pack }: { path: string; shown: string; pack: string }): Promise<Check> {
  const bytes = await readFile(path);
  if (bytes.length > MAX_FILE_BYTES) throw badFile(shown, 1, `is larger than ${MAX_FILE_BYTES} bytes`);
  return { ...parseCheck(bytes.toString('utf8'), shown), pack, file: shown };
}

/** One check from its text; `file` is only for messages. */
export function parseCheck(text: string, file: string): z.output<typeof Check> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, merge: false });
  const broken = document.errors[0];
  if (broken !== undefined) throw badFile(file, lines.linePos(broken.pos[0]).line, broken.message.split('\n', 1)[0]!);
  const lineOf = (path: readonly PropertyKey[]): number => lineAt({ document, lines, path });
  const parsed = Check.safeParse(toData(document, file));
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw badFile(file, lineOf(issue.path), `${issue.path.map(String).join('.') || 'the file'}: ${issue.message}`);
  }
  for (const field of ['when', 'expression'] as const) refuseBadExpression(parsed.data[field], (why) => badFile(file, lineOf([field]), `${field} ${why}`));
  for (const [index, need] of parsed.data.needs.entries()) refuseBadExpression(need.condition ?? undefined, (why) => badFile(file, lineOf(['needs', index]), `condition ${why}`));
  if (basename(file).replace(CHECK_FILE, '') !== parsed.data.id) throw badFile(file, lineOf(['id']), `id ${parsed.data.id} differs from the file's name`);
  return parsed.data;
}

function toData(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 20 });
  } catch {
    throw badFile(file, 1, 'repeats its parts too often by reference');
  }
}

function refuseBadExpression(source: string | undefined, complain: (why: string) => PlumblineError): void {
  if (source === undefined) return;
  try {
    compileExpression(source);
  } catch (error) {
    if (error instanceof ExpressionError) throw complain(error.message);
    throw error;
  }
}

function refuseTwins(checks: readonly Check[]): void {
  const seen = new Map<string, string>();
  for (const check of checks) {
    const other = seen.get(check.id);
    if (other !== undefined) throw badFile(check.file, 1, `id ${check.id} is already used by ${other}`);
    seen.set(check.id, check.file);
  }
}

/** The line of the deepest part of the path that exists in the file. */
function lineAt({ document, lines, path }: { document: Document; lines: LineCounter; path: readonly PropertyKey[] }): number {
  for (let length = path.length; length > 0; length -= 1) {
    const wanted = path.slice(0, length).map((part) => (typeof part === 'symbol' ? String(part) : part));
    const parent = length === 1 ? document.contents : document.getIn(wanted.slice(0, -1), true);
    const pair = isMap(parent) ? parent.items.find((item) => isScalar(item.key) && item.key.value === wanted.at(-1)) : undefined;
    const node = pair?.key ?? document.getIn(wanted, true);
    const range = (node as { range?: [number, number, number] | null } | undefined)?.range;
    if (range) return lines.linePos(range[0]).line;
  }
  return 1;
}

function badFile(file: string, line: number, why: string): PlumblineError {
  return new PlumblineError('PLB-PACK-001', `${file}, line ${line}: ${why}.`, { file, line });
}
