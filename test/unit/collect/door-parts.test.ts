import { describe, expect, it } from 'vitest';
import { checkedBaseUrl, classifyAddress } from '../../../src/collect/http/addresses.js';
import { JsonLimitError, JsonTextError, decodeUtf8, inspectJson, parseJson } from '../../../src/collect/http/json-text.js';
import { retryAfterMs } from '../../../src/collect/http/retry-after.js';
import { PlumblineError } from '../../../src/model/errors.js';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const LIMITS = { depth: 10, keys: 100 };

describe('addresses a platform may be reached at', () => {
  it.each([
    ['93.184.216.34', 'public'], ['10.1.2.3', 'private'], ['192.168.1.1', 'private'], ['172.31.0.1', 'private'], ['100.64.0.1', 'private'], ['fd12::1', 'private'], ['2606:4700::1111', 'public'],
    ['127.0.0.1', 'loopback'], ['127.9.9.9', 'loopback'], ['::1', 'loopback'], ['::ffff:127.0.0.1', 'loopback'], ['::ffff:7f00:1', 'loopback'], ['::ffff:10.0.0.1', 'private'],
    ['::169.254.169.254', 'never'], ['::ffff:0:a9fe:a9fe', 'never'], ['64:ff9b:1::a9fe:a9fe', 'never'], ['168.63.129.16', 'never'], ['fec0::1', 'never'], ['2001::1', 'never'], ['2001:4860:4860::8888', 'public'],
    ['169.254.169.254', 'never'], ['::ffff:169.254.169.254', 'never'], ['100.100.100.200', 'never'], ['fd00:ec2::254', 'never'], ['0.0.0.0', 'never'], ['::', 'never'], ['fe80::1', 'never'], ['224.0.0.1', 'never'],
    ['255.255.255.255', 'never'], ['64:ff9b::7f00:1', 'never'], ['no address', 'never'],
  ])('%s is %s', (address, expected) => {
    expect(classifyAddress(address)).toBe(expected);
  });

  it.each(['http://127.0.0.1', 'http://2130706433', 'http://0x7f.1', 'http://127.1', 'http://[::ffff:127.0.0.1]', 'http://①②⑦.0.0.1', 'http://localhost', 'http://localhost.', 'http://[::1]:5678', 'http://x.localhost'])('refuses the loopback spelling %s unless allowed', (url) => {
    expect(() => checkedBaseUrl(url, { allowLoopback: false, allowPrivate: true })).toThrow(PlumblineError);
    expect(checkedBaseUrl(url, { allowLoopback: true, allowPrivate: false })).toBeInstanceOf(URL);
  });

  it.each(['http://169.254.169.254/latest', 'http://metadata.google.internal', 'http://metadata.google.internal.', 'http://[fd00:ec2::254]', 'http://0.0.0.0', 'file:///etc/passwd', 'ftp://x.example.org', 'https://me@internal', 'https://u:p@x.example.org', 'https://x.example.org/?a=1', 'not an address', 'http://'])('always refuses %s', (url) => {
    let caught: unknown;
    try { checkedBaseUrl(url, { allowLoopback: true, allowPrivate: true }); } catch (error) { caught = error; }

    expect(caught).toBeInstanceOf(PlumblineError);
    expect((caught as PlumblineError).code).toBe('PLB-COLLECT-007');
    expect((caught as PlumblineError).message).not.toContain('u:p');
  });

  it('allows a platform in the house, unless that is switched off', () => {
    expect(checkedBaseUrl('http://10.0.0.5:5678', { allowLoopback: false, allowPrivate: true }).host).toBe('10.0.0.5:5678');
    expect(() => checkedBaseUrl('http://10.0.0.5:5678', { allowLoopback: false, allowPrivate: false })).toThrow(PlumblineError);
  });
});

describe('Retry-After', () => {
  it.each([
    ['7', 7_000], ['0', 1_000], ['999999999', 900_000], ['-5', 10_000], ['soon', 10_000], [null, 10_000],
    ['Sun, 22 Nov 2026 12:00:30 GMT', 30_000], ['Sun, 22 Nov 2020 12:00:30 GMT', 1_000], ['Sun, 22 Nov 2036 12:00:30 GMT', 900_000],
  ])('%s means %i ms', (header, expected) => {
    expect(retryAfterMs(header, NOW)).toBe(expected);
  });
});

describe('JSON of a stranger', () => {
  it.each([
    ['[[[[[[[[[[[1]]]]]]]]]]]', 'nested deeper'],
    [`{${Array.from({ length: 101 }, (_each, index) => `"k${index}":1`).join(',')}}`, 'more than 100 keys'],
    ['{"a":{"__proto__":{"x":1}}}', '__proto__'],
    ['{"\\u005f_proto__":1}', '__proto__'],
    ['{"constructor":{"prototype":{"x":1}}}', 'constructor.prototype'],
  ])('refuses %s', (text, problem) => {
    expect(() => inspectJson(text, LIMITS)).toThrow(JsonLimitError);
    expect(() => inspectJson(text, LIMITS)).toThrow(problem);
  });

  it('accepts harmless look-alikes', () => {
    expect(inspectJson('{"constructor":"x","a":"__proto__","b":"{[{[{[{[{[{[{["}', LIMITS)).toEqual({ duplicateKeys: [], unsafeNumbers: [] });
  });

  it('notes doubled keys and numbers that lose digits', () => {
    const notes = inspectJson('{"a":1,"a":2,"b":{"a":3},"big":9007199254740993,"huge":1e400,"fine":1.5e3,"neg":-0}', LIMITS);

    expect(notes).toEqual({ duplicateKeys: ['a'], unsafeNumbers: ['9007199254740993', '1e400', '-0'] });
  });

  it.each(['{"a":', '{"a":1}}', '', 'nul', '{"a":"b', '[1,]'])('says that %s is no JSON, without repeating it', (text) => {
    expect(() => { inspectJson(text, LIMITS); parseJson(text); }).toThrow(JsonTextError);
  });

  it('refuses bytes that are no UTF-8 and drops a byte order mark', () => {
    expect(() => decodeUtf8(Buffer.from([0x7b, 0xff, 0x7d]))).toThrow(JsonTextError);
    expect(decodeUtf8(Buffer.from('\ufeff{}'))).toBe('{}');
  });

  it('looks through 300,000 keys quickly', () => {
    const text = `{${Array.from({ length: 300_000 }, (_each, index) => `"k${index}":${index}`).join(',')}}`;

    const started = performance.now();
    inspectJson(text, { depth: 10, keys: 1_000_000 });

    expect(performance.now() - started).toBeLessThan(4_000);
  });
});
