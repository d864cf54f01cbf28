import { describe, expect, it } from 'vitest';
import { PlumblineError } from '../../../src/model/errors.js';
import { failureOf, rows, walk } from './walk-fixtures.js';
import type { Platform } from './walk-fixtures.js';
import { members, platformOf, teamOf, two } from './fan-out-fixtures.js';

describe('what is refused among many', () => {
  const some = (refused: readonly number[], reply: { status: number; body: unknown }): Platform => platformOf(40, (seen) => (refused.includes(Number(teamOf(seen).slice(1))) ? reply : two(seen)));
  const forbidden = { onStatus: [{ status: [403], state: 'forbidden' }] };

  it.each([
    ['by the manifest', forbidden],
    ['without a word in the manifest', {}],
  ])('some items refused %s make the type partial, with counts in words and the missing right', async (_what, more) => {
    const { entry } = await walk(members(more), some([3, 17, 39], { status: 403, body: {} }));

    expect(entry('members')).toMatchObject({ state: 'partial', read: 74, missing: 'things.read' });
    expect(entry('members').reason).toMatch(/^3 of 40 could not be read: forbidden/);
  });

  it('an item that is gone meanwhile is counted, not passed over', async () => {
    const { entry } = await walk(members(), some([5], { status: 404, body: {} }));

    expect(entry('members').state).toBe('partial');
    expect(entry('members').reason).toMatch(/^1 of 40 could not be read: failed \(PLB-COLLECT-004/);
  });

  it('different refusals are told apart', async () => {
    const { entry } = await walk(members(forbidden), platformOf(6, (seen) => (teamOf(seen) === 't1' ? { status: 403, body: {} } : teamOf(seen) === 't2' || teamOf(seen) === 't3' ? { status: 404, body: {} } : two(seen))));

    expect(entry('members').reason).toMatch(/^3 of 6 could not be read: 1 forbidden, 2 failed/);
  });

  it('an answer that is cut on its second page counts as read in part', async () => {
    const { entry } = await walk(members({ items: 'data', paging: { kind: 'cursor', from: 'next', to: 'c' } }), platformOf(3, (seen) => (seen.query['c'] === undefined ? { body: { data: [{ id: 'a' }], next: 'x' } } : teamOf(seen) === 't1' ? { status: 403, body: {} } : { body: { data: [{ id: 'b' }], next: null } })));

    expect(entry('members')).toMatchObject({ state: 'partial', read: 5 });
    expect(entry('members').reason).toMatch(/^1 of 3 was read only in part/);
  });

  it('all refused alike gives that state', async () => {
    const all = await walk(members(forbidden), platformOf(5, () => ({ status: 403, body: {} })));
    const gone = await walk(members({ onStatus: [{ status: [404], state: 'unavailable', because: 'edition', reason: 'not in this edition' }] }), platformOf(5, () => ({ status: 404, body: {} })));

    expect(all.entry('members')).toMatchObject({ state: 'forbidden', read: 0, missing: 'things.read' });
    expect(gone.entry('members')).toMatchObject({ state: 'unavailable', because: 'edition', reason: 'not in this edition' });
  });

  it('a status that most items may answer with is no refusal', async () => {
    const rule = members({ onStatus: [{ status: [404], state: 'empty', normal: true }] });

    const some = await walk(rule, platformOf(4, (seen) => (teamOf(seen) === 't0' ? two(seen) : { status: 404, body: {} })));
    const none = await walk(rule, platformOf(4, () => ({ status: 404, body: {} })));

    expect(some.entry('members')).toMatchObject({ state: 'collected', read: 2, reason: null });
    expect(none.entry('members')).toMatchObject({ state: 'empty', read: 0, reason: null });
  });

  describe('items that were listed and are not found', () => {
    const empty = { onStatus: [{ status: [404], state: 'empty' }] };
    const gone = (count: number, of: number): Promise<Awaited<ReturnType<typeof walk>>> => walk(members(empty), platformOf(of, (seen) => (Number(teamOf(seen).slice(1)) < count ? { status: 404, body: {} } : two(seen))));

    it.each([[1, 21], [2, 41], [2, 400]])('%d of %d went away meanwhile: collected, and said', async (count, of) => {
      const { entry } = await gone(count, of);

      expect(entry('members')).toMatchObject({ state: 'collected', read: (of - count) * 2, reason: `${count} of ${of} were listed and then not found` });
    });

    it.each([[1, 20], [2, 40], [3, 400], [4, 5]])('%d of %d are more than that: partial', async (count, of) => {
      const { entry } = await gone(count, of);

      expect(entry('members')).toMatchObject({ state: 'partial', read: (of - count) * 2, reason: `${count} of ${of} were listed and then not found` });
    });

    it.each([1, 5])('all of %d: partial with nothing read, never empty', async (of) => {
      const { entry } = await gone(of, of);

      expect(entry('members')).toMatchObject({ state: 'partial', read: 0, reason: `${of} of ${of} were listed and then not found` });
    });

    it('stand beside what was refused and what was not asked for', async () => {
      const refused = await walk(members(empty), platformOf(6, (seen) => (teamOf(seen) === 't1' ? { status: 403, body: {} } : teamOf(seen) === 't2' ? { status: 404, body: {} } : two(seen))));
      const limited = await walk(members({ ...empty, forEach: { of: 'teams', bind: { key: 'id', team: 'id' }, limit: 2 } }), platformOf(6, () => ({ status: 404, body: {} })));

      expect(refused.entry('members')).toMatchObject({ state: 'partial', read: 8, missing: 'things.read' });
      expect(refused.entry('members').reason).toMatch(/^1 of 6 could not be read: forbidden .*; 1 of 6 were listed and then not found$/);
      expect(limited.entry('members')).toMatchObject({ state: 'partial', reason: '2 of 2 were listed and then not found; only the first 2 of 6 were asked for' });
    });
  });

  it('an item without a usable value is counted, not asked for at another address', async () => {
    const walked = await walk(members(), (seen) => ({ body: seen.path === '/teams' ? [{ id: 't0', name: 'a' }, { id: '..', name: 'b' }, { id: '', name: 'c' }] : [{ id: 'x' }] }));

    expect(walked.urls).toEqual(['/teams', '/teams/t0/members']);
    expect(walked.entry('members').reason).toMatch(/^2 of 3 could not be read/);
  });

  it('a platform that is gone ends the type after a few, not after hundreds', async () => {
    const walked = await walk(members({ required: false }), platformOf(100, () => { throw new PlumblineError('PLB-COLLECT-004', 'refused', {}); }));
    const dead = platformOf(60, (seen) => { if (seen.number > 10) throw Object.assign(new PlumblineError('PLB-COLLECT-001', 'gone', {}), {}); return two(seen); });

    const gone = await failureOf(walk(members({ required: true }), dead));

    expect(walked.entry('members').state).toBe('failed');
    expect(gone.code).toBe('PLB-COLLECT-001');
  });

  it('a refused key ends the scan', async () => {
    const error = await failureOf(walk(members(), platformOf(5, () => ({ status: 401, body: {} }))));

    expect(error.code).toBe('PLB-COLLECT-002');
  });
});

describe('a list that could not be read', () => {
  it.each([
    ['forbidden', { status: 403, body: {} }],
    ['unavailable', { status: 404, body: {} }],
  ] as const)('leaves what loops over it as unknown as itself: %s', async (state, reply) => {
    const resources = members();
    resources['teams'] = { ...resources['teams'], onStatus: [{ status: [403], state: 'forbidden' }, { status: [404], state: 'unavailable', because: 'plan', reason: 'needs the large plan' }] };

    const { entry } = await walk(resources, () => reply);

    expect(entry('members')).toMatchObject({ state, read: 0 });
  });

  it('leaves what loops over it partial when a part was read', async () => {
    const resources = members();
    resources['teams'] = { ...resources['teams'], items: 'data', total: 'total' };

    const { entry } = await walk(resources, (seen) => (seen.path === '/teams' ? { body: { data: rows(2), total: 5 } } : two(seen)));

    expect(entry('teams')).toMatchObject({ state: 'partial', read: 2, expected: 5, reason: '2 were read of 5 that the platform counts' });
    expect(entry('members')).toMatchObject({ state: 'partial', read: 4 });
  });

  it('is truly empty when there was nothing to loop over', async () => {
    const { entry } = await walk(members(), platformOf(0, two));

    expect(entry('members')).toMatchObject({ state: 'empty' });
  });
});
