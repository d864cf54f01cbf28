import { describe, expect, it } from 'vitest';
import { markOf, redactedSecret, secretPlaces } from '../../../src/collect/redact/marks.js';

describe('the places of secrets', () => {
  it('are the same when a platform sends the members of an object in another order', () => {
    const token = redactedSecret('token', '0011223344556677');
    const text = `key ${markOf('api-key', '8899aabbccddeeff')}`;

    const one = secretPlaces({ auth: { token }, headers: [{ value: text }] }, '');
    const other = secretPlaces({ headers: [{ value: text }], auth: { token } }, '');

    expect(one.map(({ path }) => path)).toEqual(['auth.token', 'headers[0].value']);
    expect(other).toEqual(one);
  });
});
