/** Outcomes: what was not read, not told or not worked out is could-not-verify, never pass. */
import { describe, expect, it } from 'vitest';
import { compileExpression } from '../../../src/judge/expression.js';
import { judge, type Check } from '../../../src/judge/index.js';
import { sha256 } from '../../../src/model/canonical.js';
import type { Resource } from '../../../src/model/resource.js';
import type { CompletenessEntry } from '../../../src/model/snapshot.js';

function check(changes: Partial<Check> = {}): Check {
  return {
    id: 'NC-XYZ-01', version: '1.0.0', lifecycle: 'stable', title: 'Open door', severity: 'high', rationale: 'Anyone may walk in.', remediation: ['Close it.'],
    mappings: { owaspCdSec: ['CD-SEC-05'] }, appliesTo: { kinds: ['entry-point'], disabled: false }, needs: [], expression: 'p.authentication == "none"', message: '{name} is open.',
    examples: { allowed: [], disallowed: [] }, pack: 'own', file: 'own.yaml', ...changes,
  };
}

function door(properties: Resource['properties'], key = 'door'): Resource {
  return {
    kind: 'entry-point', key, name: `Door ${key}`, properties: { class: 'webhook', enabled: true, workflow: 'w', workflowName: 'House', ...properties },
    location: { file: 'house.json', workflow: 'House', step: `Door ${key}` }, evidence: { request: '', pageHash: '', path: '' },
  };
}

function entry(changes: Partial<CompletenessEntry>): CompletenessEntry {
  return { type: 'workflows', title: 'Workflows', state: 'collected', read: 1, expected: null, reason: null, missing: null, required: true, ...changes };
}

function outcomes(resources: Resource[], one: Check = check(), completeness: CompletenessEntry[] = []): string[] {
  return judge({ resources, completeness, checks: [one] }).judgements.map((judgement) => `${judgement.outcome}: ${judgement.message}`);
}

const NEEDS_SIGN_IN = check({ needs: [{ property: 'authentication', condition: null, reason: 'The sign-in is not told.' }] });

describe('judge', () => {
  it('tells failures with place, fingerprint and counts, and no passes', () => {
    const open = door({ authentication: 'none' });

    const { judgements, results } = judge({ resources: [open, door({ authentication: 'basic' }, 'shut'), door({ authentication: 'none', enabled: false }, 'off')], completeness: [], checks: [check()] });

    expect(judgements).toHaveLength(1);
    expect(judgements[0]).toMatchObject({ outcome: 'fail', message: 'Door door is open.', location: open.location, fingerprint: sha256('NC-XYZ-01|entry-point|door') });
    expect(results[0]).toMatchObject({ outcome: 'fail', counts: { pass: 1, fail: 1, notApplicable: 1, couldNotVerify: 0 }, reason: null });
  });

  it('cannot verify what the platform does not tell', () => {
    expect(outcomes([door({})], NEEDS_SIGN_IN)).toEqual(['could-not-verify: The sign-in is not told.']);
    expect(outcomes([door({ authentication: 'unknown' })], NEEDS_SIGN_IN)).toEqual(['could-not-verify: The sign-in is not told.']);
  });

  it('cannot verify what cannot be worked out', () => {
    expect(outcomes([door({})])).toEqual(['could-not-verify: The check could not be worked out: No such key: authentication.']);
    expect(outcomes([door({ authentication: 7 })], check({ expression: 'p.authentication' }))[0]).toMatch(/^could-not-verify: .*neither true nor false/);
    expect(outcomes([door({})], check({ expression: 'p.__proto__ == null' }))[0]).toMatch(/^could-not-verify/);
  });

  it('cannot verify a kind that was not read, and names the missing right, once per check', () => {
    const unread = entry({ state: 'forbidden', missing: 'workflow:list' });

    const { judgements, results } = judge({ resources: [], completeness: [unread], checks: [check()] });

    expect(judgements).toHaveLength(1);
    expect(judgements[0]).toMatchObject({ outcome: 'could-not-verify', resource: { kind: 'platform-settings', key: 'unread:entry-point', name: 'Workflows' }, message: 'Workflows: no permission, needs `workflow:list`.' });
    expect(results[0]).toMatchObject({ outcome: 'could-not-verify', reason: 'Workflows: no permission, needs `workflow:list`.' });
  });

  it('judges what was read of a kind that was partly read, and still says that some is missing', () => {
    const partly = entry({ state: 'partial', read: 3, expected: 9, reason: 'The server stopped answering.' });

    expect(outcomes([door({ authentication: 'none' })], check(), [partly])).toEqual(['fail: Door door is open.', 'could-not-verify: Workflows: partly read, 3 of 9 (The server stopped answering).']);
    expect(outcomes([door({ authentication: 'basic' })], check(), [partly])).toHaveLength(1);
  });

  describe('what counts people', () => {
    const settings: Resource = { ...door({}), kind: 'platform-settings', key: 'instance', name: 'Instance' };
    const person: Resource = { ...door({}), kind: 'user', key: 'olga', name: 'Olga', properties: { administrator: true } };
    const counts = check({ appliesTo: { kinds: ['platform-settings'], disabled: false }, expression: 'estate.admins > 3' });
    const people = (changes: Partial<CompletenessEntry>): CompletenessEntry => entry({ type: 'users', title: 'People', kinds: ['user'], ...changes });
    const outcomeOf = (resources: Resource[], completeness: CompletenessEntry[], typesRead?: ReadonlySet<string>): string => judge({ resources, completeness, checks: [counts], ...(typesRead ? { typesRead } : {}) }).results[0]!.outcome;

    it('passes when all were read', () => {
      expect(outcomeOf([settings, person], [people({})])).toBe('pass');
    });

    it('cannot be verified when some or all of them were not read', () => {
      expect(outcomeOf([settings, person], [people({ state: 'partial', read: 1, expected: 9 })])).toBe('could-not-verify');
      expect(outcomeOf([settings], [people({ state: 'forbidden', read: 0 })])).toBe('could-not-verify');
      expect(outcomeOf([settings], [people({ state: 'unavailable', read: 0 })])).toBe('could-not-verify');
    });

    it('does not ask for a list that this platform never had while it tells people elsewhere, and asks for one that it had', () => {
      const never = [people({}), people({ type: 'guests', title: 'Guests', state: 'unavailable', read: 0 })];

      expect(outcomeOf([settings, person], never, new Set(['users']))).toBe('pass');
      expect(outcomeOf([settings, person], never, new Set(['users', 'guests']))).toBe('could-not-verify');
    });
  });

  it('holds nothing against what may show only because a list is missing that was there before', () => {
    const gone = entry({ type: 'flows', title: 'Flows', state: 'forbidden', read: 0, kinds: ['workflow'], joined: { 'entry-point': ['*'] } });
    const outcomeWith = (typesRead: ReadonlySet<string>): string => judge({ resources: [door({ authentication: 'none' })], completeness: [gone], checks: [check()], typesRead }).results[0]!.outcome;

    expect(outcomeWith(new Set(['flows']))).toBe('could-not-verify');
    expect(outcomeWith(new Set())).toBe('fail');
  });

  it('still holds against a resource the secret that was seen in it, when a list is missing that could only have shown more', () => {
    const seen = door({ authentication: 'none', inlineSecrets: [{ path: 'parameters.key', kind: 'api-key', fingerprint: 'f' }] });
    const gone = entry({ type: 'connections', title: 'Connections', state: 'forbidden', read: 0, kinds: ['credential-ref'], joined: { 'entry-point': ['credentials', 'inlineSecrets'] } });
    const outcomeOf = (expression: string, resource = seen): string => judge({ resources: [resource], completeness: [gone], checks: [check({ when: 'has(p.class)', expression })], typesRead: new Set(['connections']) }).results[0]!.outcome;

    expect(outcomeOf('has(p.inlineSecrets) && p.inlineSecrets.exists(s, s.kind == "api-key")')).toBe('fail');
    expect(outcomeOf('!has(p.inlineSecrets)')).toBe('could-not-verify');
    expect(outcomeOf('!has(p.inlineSecrets)', door({}))).toBe('could-not-verify');
    expect(outcomeOf('has(p.inlineSecrets) && !has(p.credentials)')).toBe('could-not-verify');
  });

  it('is not applicable, and not a pass, where nothing is there to judge', () => {
    const { results } = judge({ resources: [], completeness: [entry({ state: 'empty', read: 0 })], checks: [check()] });

    expect(results[0]).toMatchObject({ outcome: 'not-applicable', reason: null });
  });

  it('leaves checks of other platforms out', () => {
    const foreign = check({ appliesTo: { kinds: ['entry-point'], disabled: false, connectors: ['node-red'] } });
    const input = { resources: [door({ authentication: 'none' })], completeness: [], checks: [foreign] };

    expect(judge({ ...input, connectors: ['n8n'] }).results[0]!.outcome).toBe('not-applicable');
    expect(judge({ ...input, connectors: ['n8n', 'node-red'] }).results[0]!.outcome).toBe('fail');
  });

  it('does not depend on the order of resources', () => {
    const resources = ['c', 'a', 'b'].map((key) => door({ authentication: 'none' }, key));

    expect(judge({ resources, completeness: [], checks: [check()] })).toEqual(judge({ resources: resources.toReversed(), completeness: [], checks: [check()] }));
  });
});

describe('expressions', () => {
  it('match patterns in linear time', () => {
    const hostile = check({ expression: 're(p.text, "(a+)+$")' });
    const started = performance.now();

    expect(outcomes([door({ text: `${'a'.repeat(5000)}!` })], hostile)).toEqual([]);
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('cannot verify with a pattern that cannot be read', () => {
    expect(outcomes([door({ text: 'x' })], check({ expression: 're(p.text, "(")' }))[0]).toMatch(/^could-not-verify/);
  });

  it('skip what lacks the property that they presume', () => {
    expect(compileExpression('has(p.hosts) && size(p.hosts) > 0').presumes).toBe('hosts');
    expect(compileExpression('has(p.hosts) || true').presumes).toBe(null);
    expect(compileExpression('has(workflow.hosts)').presumes).toBe(null);
  });

  it('ask who can lead to a step, also around a cycle', () => {
    const wire = (from: string, to: string): { [name: string]: string } => ({ from, to, type: 'main' });
    const flow: Resource = { ...door({}), kind: 'workflow', key: 'w', properties: { enabled: true, edges: [wire('door', 'a'), wire('a', 'b'), wire('b', 'a')] } };
    const steps = ['a', 'b'].map((key): Resource => ({ ...door({ class: 'database' }, key), kind: 'step' }));
    const asks = check({ appliesTo: { kinds: ['step'], disabled: false }, expression: 'graph.openEntry && "webhook" in graph.upstream' });

    expect(outcomes([flow, door({ authentication: 'none' }), ...steps], asks)).toHaveLength(2);
    expect(outcomes([flow, door({ authentication: 'basic' }), ...steps], asks)).toHaveLength(0);
  });
});
