import { describe, expect, it } from 'vitest';
import { answerLink, hashToken, linkToken } from '../../../src/remind/index.js';

const input = { key: new Uint8Array(32).fill(7), tenantId: 'ten_1', requestId: 'req_1', linkVersion: 1 };

describe('link tokens', () => {
  it('are 32 bytes, url-safe, and the same for every reminder of one request', () => {
    expect(linkToken(input)).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(linkToken(input)).toBe(linkToken({ ...input }));
  });

  it('differ by tenant, request, version and key', () => {
    const all = [input, { ...input, tenantId: 'ten_2' }, { ...input, requestId: 'req_2' }, { ...input, linkVersion: 2 }, { ...input, key: new Uint8Array(32).fill(8) }];

    expect(new Set(all.map(linkToken)).size).toBe(5);
  });

  it('refuse a short key', () => {
    expect(() => linkToken({ ...input, key: new Uint8Array(16) })).toThrow(RangeError);
  });

  it('travel in the fragment of the configured address, whatever path that has', () => {
    expect(answerLink('https://plumbline.example.org', 'T')).toBe('https://plumbline.example.org/answer#T');
    expect(hashToken('T')).toMatch(/^[0-9a-f]{64}$/);
  });
});
