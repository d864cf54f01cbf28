/** Bad check files: refused with the file, the line and what is wrong there. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { loadChecks } from '../../../src/judge/index.js';

const GOOD = `id: NC-XYZ-01
version: 1.0.0
lifecycle: stable
title: Open door
severity: high
rationale: Anyone may walk in.
remediation: [Close it.]
mappings: { owaspCdSec: [CD-SEC-05] }
appliesTo: { kinds: [entry-point] }
expression: p.authentication == "none"
message: "{name} is open."
examples:
  allowed: [{ name: is shut, kind: entry-point, properties: { authentication: basic } }]
  disallowed: [{ name: is open, kind: entry-point, properties: { authentication: none } }]
`;

const made: string[] = [];
afterEach(async () => {
  for (const folder of made.splice(0)) await rm(folder, { recursive: true });
});

async function packs(files: { [name: string]: string }): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'checks-'));
  made.push(root);
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(root, 'policies', name, '..'), { recursive: true });
    await writeFile(join(root, 'policies', name), text);
  }
  return root;
}

async function complaint(text: string, name = 'own/NC-XYZ-01.yaml'): Promise<unknown> {
  const root = await packs({ [name]: text });
  return loadChecks(root).then(() => 'accepted', (error: { code: string; message: string; details: unknown }) => `${error.code} ${error.message}`);
}

describe('loading checks', () => {
  it('reads every pack, sorted by id, with the file each came from', async () => {
    const root = await packs({ 'b/NC-XYZ-01.yaml': GOOD, 'a/NC-XYZ-02.yaml': GOOD.replace('NC-XYZ-01', 'NC-XYZ-02'), 'a/README.md': 'not a check' });

    const checks = await loadChecks(root);

    expect(checks.map(({ id, pack, file }) => [id, pack, file])).toEqual([['NC-XYZ-01', 'b', 'packs/policies/b/NC-XYZ-01.yaml'], ['NC-XYZ-02', 'a', 'packs/policies/a/NC-XYZ-02.yaml']]);
  });

  it.each([
    ['a wrong severity', GOOD.replace('severity: high', 'severity: awful'), /^PLB-PACK-001 packs\/policies\/own\/NC-XYZ-01\.yaml, line 5: severity: /],
    ['a missing field', GOOD.replace('title: Open door\n', ''), /line 1: title: /],
    ['an unknown field', `${GOOD}extra: 1\n`, /line 1: the file: .*extra/],
    ['no example that it refuses', GOOD.replace(/disallowed: .*/, 'disallowed: []'), /line 14: examples\.disallowed: /],
    ['a doubled key', GOOD.replace('severity: high', 'severity: high\nseverity: low'), /line 6: .*unique/],
    ['broken YAML', GOOD.replace('remediation: [Close it.]', 'remediation: [Close it.'), /line \d+: /],
    ['an expression that cannot be read', GOOD.replace('== "none"', '== '), /line 10: expression /],
    ['an expression of an unknown variable', GOOD.replace('p.authentication', 'q.authentication'), /line 10: expression .*q/],
    ['an expression that is no question', GOOD.replace('p.authentication == "none"', 'lower("text")'), /line 10: expression yields string/],
    ['a pattern that can run for ever', GOOD.replace('== "none"', '.matches("(a+)+$")'), /line 10: expression uses matches\(\)/],
    ['matches hidden in a macro', GOOD.replace('p.authentication == "none"', 'p.hosts.exists(h, h.matches("x"))'), /uses matches\(\)/],
    ['an expression without end', GOOD.replace('p.authentication == "none"', Array.from({ length: 200 }, () => 'p.a == 1').join(' || ')), /line 10: expression /],
    ['a condition that cannot be read', GOOD.replace('expression:', 'needs: [{ condition: "p.", reason: Not told. }]\nexpression:'), /line 10: condition /],
    ['an id that differs from the file', GOOD.replace('id: NC-XYZ-01', 'id: NC-XYZ-09'), /line 1: id NC-XYZ-09 differs/],
    ['aliases that multiply', `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n`, /repeats its parts too often/],
  ])('refuses %s', async (_what, text, expected) => {
    expect(await complaint(text)).toMatch(expected);
  });

  it('refuses an id that two packs use', async () => {
    const root = await packs({ 'a/NC-XYZ-01.yaml': GOOD, 'b/NC-XYZ-01.yaml': GOOD });

    await expect(loadChecks(root)).rejects.toMatchObject({ code: 'PLB-PACK-001', message: expect.stringContaining('already used by packs/policies/a/NC-XYZ-01.yaml') });
  });
});
