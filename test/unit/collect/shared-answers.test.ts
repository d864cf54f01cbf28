import { describe, expect, it } from 'vitest';
import { PlumblineError } from '../../../src/model/errors.js';
import { look, walk } from './walk-fixtures.js';
import type { Platform } from './walk-fixtures.js';

const ids = (name: string): Record<string, unknown> => ({ get: '/account', items: { each: name, take: { object: { id: '' } } }, required: false });
const RESOURCES = { people: ids('userIds'), groups: ids('groupIds'), account: { get: '/account', single: true, required: false }, other: { get: '/account', query: { full: 'true' }, single: true, required: false } };
const ACCOUNT = { id: 'acme', userIds: ['u1', 'u2'], groupIds: ['g1'] };
const answers: Platform = () => ({ body: ACCOUNT });

describe('what several types ask for in the same words', () => {
  it('is asked once in a scan, and each takes its own from it', async () => {
    const walked = await walk(RESOURCES, answers);

    expect(walked.seen.map(({ url }) => url)).toEqual(['/account', '/account?full=true']);
    expect([walked.items('people'), walked.items('groups'), walked.items('account')]).toEqual([[{ id: 'u1' }, { id: 'u2' }], [{ id: 'g1' }], [ACCOUNT]]);
    expect(walked.completeness.map(({ type, state, read }) => [type, state, read])).toEqual([['people', 'collected', 2], ['groups', 'collected', 1], ['account', 'collected', 1], ['other', 'collected', 1]]);
  });

  it('is asked again in the next scan', async () => {
    let count = 0;
    const platform: Platform = () => ({ body: { ...ACCOUNT, userIds: [`u${(count += 1)}`] } });

    const [first, second] = [await walk(RESOURCES, platform), await walk(RESOURCES, platform)];

    expect(first.items('people')).not.toEqual(second.items('people'));
  });

  it('is asked once for the list of rights too', async () => {
    const { entries, seen } = await look(RESOURCES, answers);

    expect([entries.length, seen.length]).toEqual([4, 2]);
  });

  it('is one refusal for all of them', async () => {
    const refusing = Object.fromEntries(Object.entries(RESOURCES).map(([type, rule]) => [type, { ...rule, onStatus: [{ status: [403], state: 'forbidden' }] }]));

    const walked = await walk(refusing, ({ url }) => (url === '/account' ? { status: 403, body: {} } : { body: ACCOUNT }));

    expect(walked.seen.filter(({ url }) => url === '/account')).toHaveLength(1);
    expect(walked.completeness.map(({ state }) => state)).toEqual(['forbidden', 'forbidden', 'forbidden', 'collected']);
  });

  it('is asked again where it failed, and the answer that came then is shared', async () => {
    const walked = await walk(RESOURCES, ({ number }) => {
      if (number === 0) throw new PlumblineError('PLB-COLLECT-001', 'The connection was closed.');
      return { body: ACCOUNT };
    });

    expect(walked.completeness.map(({ state }) => state)).toEqual(['collected', 'collected', 'collected', 'collected']);
    expect(walked.seen.filter(({ url }) => url === '/account')).toHaveLength(2);
  });

  it('is never a list with pages', async () => {
    const paged = { paging: { kind: 'offset', offset: 'at', size: { name: 'n', value: 2 }, recheck: false } };
    const walked = await walk({ a: { get: '/list', items: '', ...paged }, b: { get: '/list', items: '', ...paged } }, ({ query }) => ({ body: Number(query['at'] ?? 0) === 0 ? [{ id: '1' }, { id: '2' }] : [] }));

    expect(walked.seen).toHaveLength(4);
  });
});
