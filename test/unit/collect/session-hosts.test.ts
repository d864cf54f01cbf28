import { describe, expect, it } from 'vitest';
import { openHosts } from '../../../src/collect/engine/hosts.js';
import type { HostBook, HostOptions } from '../../../src/collect/engine/hosts.js';
import { PlumblineError } from '../../../src/model/errors.js';
import { connectorOf } from './session-connector.js';

const instance = { name: 'instance', label: 'Instance', kind: 'text', pattern: '[a-z0-9-]{1,30}' };
const own = connectorOf({});
const vendors = connectorOf({ address: { suffixes: ['.make.example'] } });
const fixed = connectorOf({ address: { fixed: 'https://api.air.example', path: '/v0' } });
const several = connectorOf({
  secretFields: [instance, { name: 'key', label: 'Key', kind: 'password' }],
  hosts: {
    bap: { base: 'https://api.bap.example', path: '/providers/v1' },
    now: { base: 'https://{instance}.now.example', suffixes: ['.now.example'] },
    org: { learn: { from: 'token', take: 'url' }, suffixes: ['.my.force.example'], path: '/services/data' },
  },
});
const hosts = (connector = several, baseUrl = 'https://acme.example.com/base', more: Partial<HostOptions> = {}): HostBook => openHosts({ connector, baseUrl, secret: { instance: 'dev01', key: 'k' }, allowLoopback: true, ...more });
const codeOf = (work: () => unknown): string => {
  try { work(); } catch (error) { return error instanceof PlumblineError ? error.code : String(error); }
  return 'it did not fail';
};

describe('the address that a person types', () => {
  it.each(['https://eu1.make.example', 'https://EU1.Make.example/', 'https://eu1.make.example.'])('%s is the vendor\'s', (url) => {
    expect(hosts(vendors, url).typed.internet).toBe(true);
  });

  it.each([
    'https://make.example', 'https://evilmake.example', 'https://eu1.make.example.evil.example', 'https://eu1.make.example@evil.example', 'https://eu1.mаke.example', 'https://eu1.make.example:8443', 'http://eu1.make.example',
    'https://2130706433', 'https://10.0.0.5', 'https://[::ffff:127.0.0.1]', 'https://①②⑦.0.0.1', 'https://metadata.google.internal',
  ])('%s is refused where only the vendor\'s is right', (url) => {
    expect(codeOf(() => hosts(vendors, url, { allowLoopback: false }))).toBe('PLB-COLLECT-007');
  });

  it('must be the one of a platform that has only one, and gets its path once', () => {
    expect(hosts(fixed, 'https://api.air.example').typed.reach).toBe('https://api.air.example/v0');
    expect(hosts(fixed, 'https://api.air.example/v0/').typed.reach).toBe('https://api.air.example/v0');
    expect(codeOf(() => hosts(fixed, 'https://api.air.example.org'))).toBe('PLB-COLLECT-007');
  });

  it('may be anywhere for a platform that people host themselves', () => {
    expect(hosts(own, 'http://10.0.0.5:5678').typed).toMatchObject({ internet: false, reach: 'http://10.0.0.5:5678/' });
  });
});

describe('further hosts', () => {
  it('have the base of the manifest, with what was given filled in', () => {
    const book = hosts();

    expect([book.place('main')?.reach, book.place('bap')?.reach, book.place('now')?.reach, book.place('org')]).toEqual(['https://acme.example.com/base', 'https://api.bap.example/providers/v1', 'https://dev01.now.example/', null]);
    expect([book.place('bap')?.internet, book.place('now')?.internet]).toEqual([true, true]);
    expect(codeOf(() => book.place('other'))).toBe('PLB-COLLECT-011');
  });

  it.each(['evil.example/', 'evil.example#', 'a.b', 'x'.repeat(31), 'dev01\n', 'dev01@evil', 'ⅾev'])('refuse %j as a part of the host name', (value) => {
    expect(codeOf(() => hosts(several, undefined, { secret: { instance: value } }))).toBe('PLB-COLLECT-007');
  });

  it('are not reached without what must be given', () => {
    expect(codeOf(() => hosts(several, undefined, { secret: {} }))).toBe('PLB-COLLECT-002');
  });

  it.each([
    ['a text without a pattern', { secretFields: [{ name: 'zone', label: 'Zone', kind: 'text' }], hosts: { x: { base: 'https://{zone}.example.com' } } }],
    ['a secret', { secretFields: [{ name: 'zone', label: 'Zone', kind: 'password', pattern: '[a-z]+' }], hosts: { x: { base: 'https://{zone}.example.com' } } }],
    ['a field that nobody is asked for', { hosts: { x: { base: 'https://{zone}.example.com' } } }],
    ['an address in clear', { hosts: { x: { base: 'http://api.example.com' } } }],
  ])('are a mistake of the manifest with %s in the address', (_what, parts) => {
    expect(codeOf(() => hosts(connectorOf(parts), undefined, { secret: { zone: 'eu' } }))).toBe('PLB-COLLECT-011');
  });

  it('take a learnt base only below the declared suffixes', () => {
    const book = hosts();
    book.learn('org', 'https://acme.my.force.example');

    expect(book.place('org')?.reach).toBe('https://acme.my.force.example/services/data');
    for (const address of ['https://my.force.example', 'https://my.force.example.evil.example', 'http://acme.my.force.example', 'https://acme.my.force.example:444', 'https://a:b@acme.my.force.example', 'https://acme.my.force.example/?x=1', 'https://169.254.169.254', 'https://evil.example/.my.force.example', 'file:///etc/passwd', 'no address', '']) {
      expect([address, codeOf(() => book.learn('org', address))]).toEqual([address, 'PLB-COLLECT-007']);
    }
    expect(book.place('org')?.reach).toBe('https://acme.my.force.example/services/data');
  });
});

describe('one loopback server for all hosts', () => {
  const book = hosts(several, 'http://127.0.0.1:4000');
  book.learn('org', 'https://acme.my.force.example');

  it('reaches the others below their names', () => {
    expect(['main', 'bap', 'now', 'org'].map((host) => book.place(host)?.reach)).toEqual(['http://127.0.0.1:4000/', 'http://127.0.0.1:4000/@api.bap.example/providers/v1', 'http://127.0.0.1:4000/@dev01.now.example/', 'http://127.0.0.1:4000/@acme.my.force.example/services/data']);
    expect(book.placeOf(new URL('https://login.example.com')).reach).toBe('http://127.0.0.1:4000/@login.example.com/');
  });

  it('checks a learnt base by its true name', () => {
    expect(codeOf(() => book.learn('org', 'https://acme.evil.example'))).toBe('PLB-COLLECT-007');
  });

  it('knows its hosts in answers by their true names', () => {
    expect(book.resolve('https://api.bap.example/providers/v1/things?a=1', 'bap')).toEqual({ host: 'bap', path: '/things', query: [['a', '1']] });
    expect(book.resolve('http://127.0.0.1:4000/things?page=2', 'main')).toEqual({ host: 'main', path: '/things', query: [['page', '2']] });
  });
});

describe('addresses that the platform hands out', () => {
  const book = hosts();
  book.learn('org', 'https://acme.my.force.example');

  it.each([
    ['https://acme.example.com/base/a/b?x=1&x=2', 'main', { host: 'main', path: '/a/b', query: [['x', '1'], ['x', '2']] }],
    ['http://acme.example.com/base/a', 'main', { host: 'main', path: '/a', query: [] }],
    ['https://acme.example.com/elsewhere/a', 'main', { host: 'main', path: '//elsewhere/a', query: [] }],
    ['/base/a?x=1', 'main', { host: 'main', path: '/a', query: [['x', '1']] }],
    ['/services/data/query/01-500', 'org', { host: 'org', path: '/query/01-500', query: [] }],
    ['a?x=1', 'main', { host: 'main', path: '/a', query: [['x', '1']] }],
    ['https://dev01.now.example/api', 'main', { host: 'now', path: '/api', query: [] }],
  ])('%s, told by %s', (url, from, expected) => {
    expect(book.resolve(url, from)).toEqual(expected);
  });

  it.each([['?page=2', '/a/b', '/a/b'], ['next?page=2', '/a/b', '/a/next'], ['../c?page=2', '/a/b', '/c'], ['?page=2', '//elsewhere/b', '//elsewhere/b'], ['../../../etc?page=2', '/a/b', '//etc']])('%s counts from the path that was asked: %s', (url, at, path) => {
    expect(book.resolve(url, 'main', at)).toEqual({ host: 'main', path, query: [['page', '2']] });
  });

  it.each(['https://evil.example/base/a', 'https://acme.example.com:8443/base/a', 'https://u:p@acme.example.com/base/a', '//evil.example/a', 'file:///etc/passwd', 'javascript:1', 'https://169.254.169.254/', 'http://acme.example.com:8080/base', 'https://acme.example.com.evil.example/'])('%s is refused', (url) => {
    expect(codeOf(() => book.resolve(url, 'main'))).toBe('PLB-COLLECT-007');
  });
});
