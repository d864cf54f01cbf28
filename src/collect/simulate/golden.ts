/** The golden of a set: what a collection of it must give. Owns its file and the comparison with a fresh result. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rowDifferences } from './differences.js';
import type { Outcome } from './read-set.js';

export interface Golden extends Outcome {
  /** what was asked, each once, sorted */
  readonly requests: readonly string[];
}

export function goldenOf(outcome: Outcome, requests: readonly string[]): Golden {
  return { ...outcome, requests: [...new Set(requests)].sort() };
}

/** One value per line: a changed golden is read by people in a review. */
export function goldenText({ error, ...rest }: Golden): string {
  return `${JSON.stringify({ ...(error === null ? {} : { error }), ...rest }, null, 1)}\n`;
}

export async function readGolden(file: string): Promise<Golden | null> {
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return null;
  const { error = null, resources = [], observations = [], completeness = [], requests = [] } = JSON.parse(text) as Partial<Golden>;
  return { error, resources, observations, completeness, requests };
}

export function goldenFile(folder: string, set: string): string {
  return join(folder, 'fixtures', `${set}.golden.json`);
}

export async function writeGolden(file: string, golden: Golden): Promise<void> {
  await writeFile(file, goldenText(golden));
}

/** Lines for people; empty = equal. */
export function goldenDifferences(golden: Golden, fresh: Golden): string[] {
  const ending = golden.error?.message === fresh.error?.message && golden.error?.code === fresh.error?.code ? [] : [`the collection ended with: ${fresh.error ? `${fresh.error.code} ${fresh.error.message}` : 'a result'}; expected: ${golden.error ? `${golden.error.code} ${golden.error.message}` : 'a result'}`];
  return [
    ...ending,
    ...rowDifferences(golden.resources, fresh.resources),
    ...rowDifferences(golden.observations, fresh.observations).map((line) => `observation ${line}`),
    ...rowDifferences(golden.completeness, fresh.completeness).map((line) => `completeness ${line}`),
    ...rowDifferences(golden.requests, fresh.requests).map((line) => line.replace(/^(gone|new): /, (_all, what: string) => (what === 'gone' ? 'no longer asked: ' : 'asked now: '))),
  ];
}
