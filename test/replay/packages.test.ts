import { createRequire } from 'node:module';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const SCOPE = join(ROOT, 'node_modules/@temporalio');
const PACKAGES = readdirSync(SCOPE);

function versionOf(from: string, name: string): { path: string; version: string } | null {
  const require = createRequire(join(from, 'package.json'));
  try {
    const path = require.resolve(`${name}/package.json`);
    return { path, version: (require(path) as { version: string }).version };
  } catch {
    return null;
  }
}

describe('the packages of Temporal', () => {
  it('all resolve one protobufjs 8.8.1: with two copies no history can be read', () => {
    const found = PACKAGES.map((name) => versionOf(join(SCOPE, name), 'protobufjs'));

    expect(new Set(found.map((copy) => copy?.path)).size).toBe(1);
    expect(found[0]?.version).toBe('8.8.1');
  });

  it('are of one version', () => {
    const require = createRequire(join(ROOT, 'package.json'));
    const versions = PACKAGES.map((name) => (require(join(SCOPE, name, 'package.json')) as { version: string }).version);

    expect(new Set(versions)).toEqual(new Set(['1.24.0']));
  });
});
