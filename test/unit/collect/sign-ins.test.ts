import { describe, expect, it } from 'vitest';
import { allWaysOf, checkChoices, chosenWay } from '../../../src/collect/manifest/sign-ins.js';
import type { Manifest } from '../../../src/collect/manifest/schema.js';
import { signInText } from '../../../src/collect/pages/facts.js';
import { connectors } from './mapping-fixtures.js';
import { connectorOf } from './session-connector.js';

const basic = { kind: 'basic', username: '{user}', password: '{password}' };
const oauth = { kind: 'oauth2', grant: 'client_credentials', tokenUrl: '/token', clientId: '{id}', clientSecret: '{key}' };
const way = { name: 'way', label: 'Way', kind: 'choice', options: ['OAuth', 'Password'] };
const source = { label: 'manifest.yaml', lineOf: () => 7 };
const manifestOf = (more: Record<string, unknown> = {}): Manifest => connectorOf({ secretFields: [way], auth: { kind: 'choice', by: 'way', of: { OAuth: oauth, Password: basic } }, ...more }).manifest;

describe('several ways to sign in', () => {
  it('takes the one that the person chose, and the first where nothing was chosen', () => {
    const { auth } = manifestOf();

    expect([chosenWay(auth, { way: 'Password' }).kind, chosenWay(auth, {}).kind, chosenWay(auth, { way: 'constructor' }).kind]).toEqual(['basic', 'oauth2', 'oauth2']);
    expect(chosenWay(auth, {})).toBe(chosenWay(auth, { way: 'OAuth' }));
  });

  it('tells all ways of all hosts, so that each is checked', () => {
    const manifest = manifestOf({ hosts: { other: { base: 'https://other.example.com', auth: { kind: 'none' } } } });

    expect(allWaysOf(manifest).map(({ kind }) => kind)).toEqual(['oauth2', 'basic', 'none']);
  });

  it.each([
    ['no such field', { secretFields: [] }],
    ['a field that is no choice', { secretFields: [{ name: 'way', label: 'Way', kind: 'text' }] }],
    ['an option without a way', { secretFields: [{ ...way, options: ['OAuth', 'Password', 'Token'] }] }],
    ['another first option than the first way', { secretFields: [{ ...way, options: ['Password', 'OAuth'] }] }],
  ])('is refused with file and line when there is %s', (_what, more) => {
    expect(() => checkChoices(manifestOf(more), source)).toThrow(/manifest\.yaml line 7 at auth: the ways to sign in \(OAuth, Password\) must be the options of the field way/);
    expect(() => checkChoices(manifestOf(), source)).not.toThrow();
  });

  it('says every way on the page of the connector', () => {
    expect(signInText(manifestOf().auth)).toMatch(/\*\*OAuth\*\*: OAuth 2\.0, client credentials.*\*\*Password\*\*: User name and password/);
  });

  it('leaves a key that was stored before there was a choice with the way that it was for', async () => {
    const loaded = await connectors();

    expect(chosenWay(loaded.get('servicenow')!.manifest.auth, { username: 'a', password: 'b' }).kind).toBe('basic');
    expect(chosenWay(loaded.get('salesforce')!.manifest.auth, { clientId: 'a', clientSecret: 'b' })).toMatchObject({ grant: 'client_credentials' });
  });
});
