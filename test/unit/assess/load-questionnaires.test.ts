import { mkdtemp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allQuestions, loadQuestionnaires } from '../../../src/assess/index.js';

const PACKS = join(import.meta.dirname, '../../../packs');
let folder: string;
let original: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'packs-'));
  await mkdir(join(folder, 'questionnaires'));
  original = await readFile(join(PACKS, 'questionnaires/mvsp-v3.yaml'), 'utf8');
});
afterEach(() => rm(folder, { recursive: true }));

async function loadChanged(change: (text: string) => string, name = 'own.yaml'): Promise<unknown> {
  await writeFile(join(folder, 'questionnaires', name), change(original));
  return loadQuestionnaires(folder);
}

function lineOf(text: string, part: string): number {
  return text.slice(0, text.indexOf(part)).split('\n').length;
}

describe('questionnaire packs', () => {
  it('ship the 25 controls of MVSP v3 by their ids, each with at least one question', async () => {
    const [mvsp] = await loadQuestionnaires(PACKS);

    const expected = [[1, 8], [2, 8], [3, 5], [4, 4]].flatMap(([group, count]) => Array.from({ length: count! }, (_, index) => `${group}.${index + 1}`));
    expect([...new Set(allQuestions(mvsp!).map((question) => question.controlId))]).toEqual(expected);
    expect(expected).toHaveLength(25);
    expect(mvsp!.minutes).toBeGreaterThanOrEqual(allQuestions(mvsp!).length);
  });

  it.each<[string, (text: string) => string, string]>([
    ['an unknown type', (text) => text.replace('type: date', 'type: colour'), 'type: date'],
    ['a missing text', (text) => text.replace(/ +text: May a customer.*\n/, ''), '- id: "1.2"'],
    ['a double id', (text) => text.replace('id: "1.3"', 'id: "1.2"'), 'id: "1.3"'],
    ['a choice without options', (text) => text.replace('type: date', 'type: single'), '- id: "1.3"'],
    ['broken YAML', (text) => text.replace('minutes: 35', 'minutes: [35'), 'minutes: 35'],
  ])('name file and line of %s', async (_, change, place) => {
    const error = await loadChanged(change).catch((caught: unknown) => caught);

    expect(error).toMatchObject({ code: 'PLB-PACK-001', details: { file: 'questionnaires/own.yaml' } });
    expect(Math.abs((error as { details: { line: number } }).details.line - lineOf(original, place))).toBeLessThanOrEqual(place.startsWith('minutes') ? 2 : 0);
  });

  it('refuse two files with one id, naming the second', async () => {
    await loadChanged((text) => text, 'a.yaml');

    await expect(loadChanged((text) => text, 'b.yaml')).rejects.toMatchObject({ code: 'PLB-PACK-001', details: { file: 'questionnaires/b.yaml' } });
  });

  it('refuse YAML aliases, which could unfold into a huge document', async () => {
    await expect(loadChanged((text) => text.replace('id: mvsp-v3', 'id: &a mvsp-v3').replace('title: Vendor', 'title: *a #'))).rejects.toMatchObject({ code: 'PLB-PACK-001' });
  });
});
