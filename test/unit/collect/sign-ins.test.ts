import { describe, expect, it } from 'vitest';
import { withMeanings } from '../../../src/collect/engine/given.js';
import { openHosts } from '../../../src/collect/engine/hosts.js';
import { openFields } from '../../../src/collect/engine/request.js';
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

const cloud = { name: 'cloud', label: 'Cloud', kind: 'choice', options: ['Public', 'China'], means: { Public: { zone: 'api.acme.example', aud: 'https://acme.example//.default' }, China: { zone: 'api.acme.example.cn', aud: 'https://acme.example.cn//.default' } } };

describe('an option that stands for hosts', () => {
  const hosts = { main: { base: 'https://{zone}/v1' }, other: { base: 'https://{zone}' } };

  it('puts them into bases, paths and sign-ins; nothing chosen is the first option', () => {
    const connector = connectorOf({ secretFields: [cloud], hosts });
    const base = (given: Record<string, string>): string => openHosts({ connector, baseUrl: 'https://api.acme.example', secret: withMeanings(connector, given), allowLoopback: false }).place('main')!.reach;

    expect([base({}), base({ cloud: 'China' }), base({ cloud: 'toString' })]).toEqual(['https://api.acme.example/v1', 'https://api.acme.example.cn/v1', 'https://api.acme.example/v1']);
    expect(openFields(connector, { cloud: 'China' })).toEqual({ cloud: 'China', zone: 'api.acme.example.cn', aud: 'https://acme.example.cn//.default' });
    expect(openFields(connector, { zone: 'evil.example.net' })['zone']).toBe('api.acme.example');
  });

  it.each([
    ['an option is left out', { ...cloud, means: { Public: cloud.means.Public } }, /exactly its options/],
    ['an option has other names', { ...cloud, means: { ...cloud.means, China: { zone: 'a.example' } } }, /it must name aud, zone/],
    ['a name is a field', { ...cloud, means: { Public: { cloud: 'a' }, China: { cloud: 'b' } } }, /cloud is a field already/],
  ])('is refused when %s', (_what, field, words) => {
    expect(() => checkChoices(connectorOf({ secretFields: [field] }).manifest, source)).toThrow(words);
  });
});

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
