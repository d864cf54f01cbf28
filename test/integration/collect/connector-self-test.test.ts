/** That `plumbline connector test` can fail: each trial with a connector that is wrong in just that. */
import { afterEach, describe, expect, it } from 'vitest';
import { testConnector } from '../../../src/collect/index.js';
import { copyStarter, freshStarter } from '../../support/connector-copies.js';
import type { Copy } from '../../support/connector-copies.js';

let copy: Copy;
afterEach(() => copy.remove());

async function brokenTrials(): Promise<Record<string, string>> {
  const report = await testConnector({ connector: await copy.load() });
  return Object.fromEntries(report.sets.flatMap(({ trials }) => trials.filter(({ state }) => state === 'broken').map(({ name, lines }) => [name, lines.join('\n')])));
}

describe('the test of a connector', () => {
  it('holds for the starter, and tries everything on it', async () => {
    copy = await freshStarter();

    const report = await testConnector({ connector: await copy.load() });

    expect(report.ok).toBe(true);
    expect(report.sets[0]!.trials.map(({ state }) => state)).toEqual(Array.from({ length: 14 }, () => 'held'));
  });

  it('names requests that no exchange answers, and exchanges that nobody asks for', async () => {
    copy = await freshStarter();
    copy.edit('manifest.yaml', 'get: /people', 'get: /persons');

    const broken = await brokenTrials();

    expect(broken['every request has its exchange']).toContain('GET main /api/v1/persons?page=1&per_page=2');
    expect(broken['every exchange is asked for']).toContain('GET main /api/v1/people?page=2&per_page=2');
  });

  it('holds where a list is refused and the manifest has no rule for that: a read that goes on tells of no port', async () => {
    copy = copyStarter();
    copy.change('fixtures/estate.json', (content) => {
      content.exchanges = content.exchanges.filter(({ path, query }) => !String(path).endsWith('/people') || (query as { page: string }).page === '1')
        .map((exchange) => (String(exchange['path']).endsWith('/people') ? { ...exchange, status: 403, body: { error: 'forbidden' } } : exchange));
    });

    const { sets } = await testConnector({ connector: await copy.load(), update: true });

    expect(sets[0]!.trials.find(({ name }) => name.startsWith('a read that was killed'))).toMatchObject({ state: 'held', lines: [] });
  });

  it('says of which secrets of a recording it shows no rotation', async () => {
    copy = copyStarter();
    copy.change('fixtures/estate.json', (content) => {
      const people = content.exchanges.find(({ path }) => String(path).endsWith('/people')) as { body: { people: Record<string, unknown>[] } };
      people.body.people[0]!['password'] = 'kdHw-0000-harbour';
      Object.assign(content, { secrets: [{ in: 'recorded', value: 'kdHw-0000-harbour' }, { in: 'recorded', value: 'office-fixture-key-0001' }] });
    });

    const { sets } = await testConnector({ connector: await copy.load(), update: true });

    const { lines } = sets[0]!.trials.find(({ name }) => name === 'a rotated secret shows where it belongs')!;
    expect(lines).toEqual([expect.stringMatching(/^not tried: "kdHw-0\.\.\." of the recording shows in no resource/)]);
  });

  it('finds a request that is not signed in', async () => {
    copy = await freshStarter();
    copy.edit('manifest.yaml', 'Authorization: "Bearer {token}"', 'Authorization: "{token}"');

    expect((await brokenTrials())['sign-in is as required']).toContain('(Authorization)');
  });

  it('tells a changed result by resource and place', async () => {
    copy = await freshStarter();
    copy.edit('manifest.yaml', 'mfaEnabled: two_factor', 'mfaEnabled: suspended');
    copy.edit('steps.yaml', 'condition: { class: logic }', 'condition: { class: transform }');

    const lines = (await brokenTrials())['the result equals the golden']!;

    expect(lines).toContain('user:p2.properties.mfaEnabled: true -> (nothing)');
    expect(lines).toContain('step:w1/s2.properties.class: "logic" -> "transform"');
  });

  it('fails without a golden, writes one when told to, and then holds', async () => {
    copy = copyStarter();

    const before = await brokenTrials();
    await testConnector({ connector: await copy.load(), update: true });

    expect(before['the result equals the golden']).toContain('there is no estate.golden.json');
    expect(await brokenTrials()).toEqual({});
  });

  it('finds a secret that comes through', async () => {
    copy = await freshStarter();
    copy.change('fixtures/estate.json', ({ exchanges }) => { (exchanges[2]!['body'] as Record<string, unknown>)['owner'] = { email: 'asked with fixture-token' }; });

    expect((await brokenTrials())['no secret comes through']).toBe('the field token stands in the result\nthe header Authorization stands in the result');
  });

  it('finds what hangs on the order of a list', async () => {
    copy = await freshStarter();
    copy.edit('manifest.yaml', 'owner: owner.email', 'owner: $all.people.0.email');

    expect((await brokenTrials())['another order is no change']).toContain('workflow:w1.properties.owner');
  });

  it('finds what hangs on a volatile field', async () => {
    copy = await freshStarter();
    copy.edit('manifest.yaml', 'paging: { kind: cursor, from: next_cursor, to: cursor }', 'paging: { kind: cursor, from: data.1.updated_at, to: cursor }');
    copy.change('fixtures/estate.json', ({ exchanges }) => { exchanges[1]!['query'] = { limit: '2', cursor: '2026-11-01T08:00:00Z' }; });
    await testConnector({ connector: await copy.load(), update: true });

    expect((await brokenTrials())['volatile fields are no change']).toContain('it asks now: GET main /api/v1/workflows?cursor=2031');
  });

  it('finds a secret whose rotation nobody would see, and is content when it shows', async () => {
    copy = await freshStarter();
    copy.edit('manifest.yaml', '    drop: [avatar]', '    secrets: [{ path: avatar, kind: picture }]');
    const unseen = (await brokenTrials())['a rotated secret shows where it belongs'];
    copy.edit('manifest.yaml', 'mfaEnabled: two_factor', 'mfaEnabled: two_factor\n      picture: avatar');

    expect(unseen).toContain('main /api/v1/people people.0.avatar: the secret is read and shows in no resource');
    expect((await brokenTrials())['a rotated secret shows where it belongs']).toBeUndefined();
  });

  it('finds a read that ends otherwise when it was killed', async () => {
    copy = await freshStarter();
    let asked = 0;
    const connector = await copy.load();
    // an expression that works for the first read only: what no manifest can say, and what a defect of the engine would look like
    const resources = connector.resources.map((resource) => (resource.type === 'people' ? { ...resource, items: (scope: Parameters<typeof resource.items>[0]) => { asked += 1; return asked > 3 ? [] : resource.items(scope); } } : resource));

    const report = await testConnector({ connector: { ...connector, resources } });
    const broken = report.sets[0]!.trials.filter(({ state }) => state === 'broken').map(({ name }) => name);

    expect(broken).toContain('a read that was killed goes on to the same result');
    expect(broken).toContain('two reads are equal');
  });

  it('says so when a fixture cannot be read, with file and place', async () => {
    copy = copyStarter();
    copy.change('fixtures/estate.json', ({ exchanges }) => { exchanges[0]!['methode'] = 'GET'; });

    await expect(testConnector({ connector: await copy.load() })).rejects.toThrow(/estate\.json: at exchanges\.0: .*methode/);
  });
});
