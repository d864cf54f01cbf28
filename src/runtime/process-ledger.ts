/**
 * What we started and have not seen end. Owns: the records in run/ and finding what a killed supervisor left behind.
 * Does not own: how each sort of leftover is stopped.
 */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readJson, replaceFile } from './atomic-file.js';
import { isSameProcess, processStartMark } from './process-identity.js';
import type { DataFolder } from './data-folder.js';

export interface LedgerEntry {
  readonly name: string;
  readonly pid: number;
  readonly startMark: string;
}

type RunFolder = Pick<DataFolder, 'run'>;

function ledgerFolder(folder: RunFolder): string {
  return join(folder.run, 'processes');
}

function entryFile(folder: RunFolder, name: string): string {
  return join(ledgerFolder(folder), `${name}.json`);
}

/** A process that is gone already leaves no record: its number could become anybody's. */
export function recordChild(folder: RunFolder, name: string, pid: number): void {
  const startMark = processStartMark(pid);
  if (startMark === null) return;
  mkdirSync(ledgerFolder(folder), { recursive: true });
  replaceFile(entryFile(folder, name), JSON.stringify({ name, pid, startMark } satisfies LedgerEntry));
}

export function forgetChild(folder: RunFolder, name: string, pid: number): void {
  const file = entryFile(folder, name);
  if (readJson<LedgerEntry>(file)?.pid === pid) rmSync(file, { force: true });
}

/** Recorded processes that still run and are still the ones recorded. Records of others are removed on the way. */
export function leftovers(folder: RunFolder): readonly LedgerEntry[] {
  const alive: LedgerEntry[] = [];
  for (const file of listEntries(folder)) {
    const entry = readJson<LedgerEntry>(join(ledgerFolder(folder), file));
    if (entry !== null && isSameProcess(entry.pid, entry.startMark)) alive.push(entry);
    else rmSync(join(ledgerFolder(folder), file), { force: true });
  }
  return alive;
}

function listEntries(folder: RunFolder): string[] {
  try {
    return readdirSync(ledgerFolder(folder)).filter((file) => file.endsWith('.json'));
  } catch {
    return [];
  }
}
