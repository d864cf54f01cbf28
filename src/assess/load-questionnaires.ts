/** Loading packs/questionnaires/*.yaml. Owns: the check of a pack file and the words that say where it is wrong. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isNode, LineCounter, parseDocument, type Document } from 'yaml';
import { PlumblineError } from '../model/errors.js';
import { Questionnaire } from '../model/assessment.js';
import { allQuestions } from './questions.js';

const FOLDER = 'questionnaires';
/** A questionnaire is a page of text; more than this is no pack but an accident. */
const MAX_BYTES = 1_000_000;

interface Source {
  /** relative to the packs folder: what a person edits, on whatever machine */
  file: string;
  document: Document;
  lines: LineCounter;
}

/** Sorted by id. Throws PLB-PACK-001 naming file and line at the first pack that cannot be used. */
export async function loadQuestionnaires(packsRoot: string): Promise<Questionnaire[]> {
  const names = (await readdir(join(packsRoot, FOLDER))).filter((name) => /\.ya?ml$/.test(name)).sort();
  const loaded = new Map<string, Questionnaire>();
  for (const name of names) {
    const source = await readSource(packsRoot, name);
    const questionnaire = checkQuestionnaire(source);
    if (loaded.has(questionnaire.id)) throw packError(source, ['id'], `the id ${questionnaire.id} is used by another file`);
    loaded.set(questionnaire.id, questionnaire);
  }
  return [...loaded.values()].sort((left, right) => (left.id < right.id ? -1 : 1));
}

async function readSource(packsRoot: string, name: string): Promise<Source> {
  const text = await readFile(join(packsRoot, FOLDER, name), 'utf8');
  const lines = new LineCounter();
  const document = parseDocument(text.slice(0, MAX_BYTES), { lineCounter: lines });
  const source = { file: `${FOLDER}/${name}`, document, lines };
  const first = document.errors[0];
  if (first) throw packErrorAt(source, first.linePos?.[0].line ?? 1, first.message.split('\n')[0]!.replace(/ at line \d+.*$/, ''));
  if (text.length > MAX_BYTES) throw packErrorAt(source, 1, 'the file is larger than 1 MB');
  return source;
}

/** Aliases are refused, so that a small file cannot unfold into a huge one. */
function toPlain(source: Source): unknown {
  try {
    return source.document.toJS({ maxAliasCount: 0 });
  } catch {
    throw packErrorAt(source, 1, 'aliases (&name, *name) are not supported');
  }
}

function checkQuestionnaire(source: Source): Questionnaire {
  const result = Questionnaire.safeParse(toPlain(source));
  if (!result.success) {
    const issue = result.error.issues[0]!;
    throw packError(source, issue.path, `${issue.path.join('.') || 'the file'}: ${issue.message}`);
  }
  checkQuestions(source, result.data);
  return result.data;
}

/** What the shape cannot say: ids are unique, a choice offers answers, an open question offers none. */
function checkQuestions(source: Source, questionnaire: Questionnaire): void {
  const places = questionnaire.sections.flatMap((section, s) => section.questions.map((question, q) => ({ question, path: ['sections', s, 'questions', q] })));
  const seen = new Set<string>();
  for (const { question, path } of places) {
    const isChoice = question.type === 'single' || question.type === 'multi';
    const values = (question.options ?? []).map((option) => option.value);
    if (seen.has(question.id)) throw packError(source, [...path, 'id'], `the question id ${question.id} is used twice`);
    if (isChoice && values.length < 2) throw packError(source, path, `question ${question.id} needs at least two options`);
    if (!isChoice && values.length > 0) throw packError(source, path, `question ${question.id} of type ${question.type} takes no options`);
    if (new Set(values).size !== values.length) throw packError(source, path, `question ${question.id} has two options of the same value`);
    seen.add(question.id);
  }
  if (allQuestions(questionnaire).every((question) => !question.required)) throw packError(source, ['sections'], 'at least one question must be required');
}

function packError(source: Source, path: readonly PropertyKey[], problem: string): PlumblineError {
  return packErrorAt(source, lineOf(source, path), problem);
}

function packErrorAt(source: Source, line: number, problem: string): PlumblineError {
  return new PlumblineError('PLB-PACK-001', `packs/${source.file}, line ${line}: ${problem}.`, { file: source.file, line });
}

/** The line of the value at `path`, or of the nearest parent that exists (a missing field has no line of its own). */
function lineOf(source: Source, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const node = source.document.getIn(path.slice(0, length) as (string | number)[], true);
    if (isNode(node) && node.range) return source.lines.linePos(node.range[0]).line;
  }
  return 1;
}
