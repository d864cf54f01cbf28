import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { concludeOfUser } from '../../../src/collect/emit/user-facts.js';
import { VOCABULARY } from '../../../src/collect/pages/vocabulary.js';
import { STEP_CLASSES } from '../../../src/model/resource.js';
import type { JsonValue } from '../../../src/model/resource.js';

interface Policy { readonly appliesTo: { readonly kinds: string[] }; readonly when?: string; readonly expression: string; readonly message: string; readonly needs?: { property?: string }[] }

/** By kind, what the shipped checks really read. */
function readByChecks(): Map<string, Set<string>> {
  const read = new Map<string, Set<string>>();
  for (const file of readdirSync('packs/policies/core')) {
    const policy = parse(readFileSync(join('packs/policies/core', file), 'utf8')) as Policy;
    const text = [policy.when, policy.expression, policy.message, ...(policy.needs ?? []).map(({ property }) => `p.${property ?? ''}`)].join(' ');
    const names = [...text.matchAll(/\bp\.\??([A-Za-z]\w*)/g)].map((match) => match[1]!);
    for (const kind of policy.appliesTo.kinds) read.set(kind, new Set([...(read.get(kind) ?? []), ...names]));
  }
  return read;
}

const guide = readFileSync('docs/connectors/your-own-platform.md', 'utf8');

describe('the vocabulary that the pages teach', () => {
  it('says of each property whether a check reads it, as the shipped checks do', () => {
    const read = readByChecks();
    const wrong = Object.entries(VOCABULARY).flatMap(([kind, words]) => {
      const said = new Set(words.filter((word) => word.checked).map(({ name }) => name));
      const real = read.get(kind) ?? new Set<string>();
      return [...[...real].filter((name) => !said.has(name)).map((name) => `${kind}.${name} is read and not said`), ...(kind === 'entry-point' || kind === 'ai-step' || kind === 'step' ? [] : [...said].filter((name) => !real.has(name)).map((name) => `${kind}.${name} is said and not read`))];
    });

    expect(read.size).toBeGreaterThan(6);
    expect(wrong).toEqual([]);
  });

  it('is complete in the table of the guide, where the manifest writes it', () => {
    const rows = new Map([...guide.matchAll(/^\| .* \| `([a-z-]+)`[^|]* \| ([^|]*) \|$/gm)].map((match) => [match[1]!, match[2]!]));
    const missing = [...readByChecks()].filter(([kind]) => ['user', 'credential-ref', 'package', 'workflow'].includes(kind))
      .flatMap(([kind, names]) => [...names].filter((name) => name !== 'inlineSecrets' && name !== 'type' && !rows.get(kind)?.includes(`\`${name}\``)).map((name) => `${kind}.${name}`));

    expect(missing).toEqual([]);
  });

  it('is on the generated page, with all classes, and sends nobody to source', () => {
    const page = readFileSync('docs/connectors/manifest-fields.md', 'utf8');

    expect(STEP_CLASSES.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
    expect(page).not.toMatch(/src\/model|one of a fixed list/);
  });
});

describe('what follows of a user', () => {
  it.each<[told: Record<string, JsonValue>, disabled: boolean | undefined]>([
    [{ active: false }, true],
    [{ active: true }, undefined],
    [{}, undefined],
    [{ active: false, disabled: false }, false],
  ])('an account that is not active is switched off, unless the manifest knows better: %j', (told, disabled) => {
    const properties = { ...told };

    concludeOfUser('user', properties);

    expect(properties['disabled']).toBe(disabled);
  });

  it('goes for people only', () => {
    const properties: Record<string, JsonValue> = { active: false };

    concludeOfUser('connector', properties);

    expect(properties).toEqual({ active: false });
  });
});
