import { describe, expect, it } from 'vitest';
import { markOf, redactedSecret, secretPlaces } from '../../../src/collect/redact/marks.js';
import { newReading, readAddress } from '../../../src/collect/emit/addresses.js';
import { literalUnder } from '../../../src/collect/redact/literals.js';

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

describe('values of the run as Workato writes them', () => {
  const pill = `#{_dp('{"pill_type":"output","provider":"rest","line":"a1","path":["token"]}')}`;

  it('are no secrets written into a step, whatever the field is called', () => {
    expect(literalUnder(pill)).toBeNull();
    expect(literalUnder(`Bearer ${pill}`)).toBeNull();
    expect(literalUnder("=_dp('{\"path\":[\"token\"]}')")).toBeNull();
    expect(literalUnder('sk_live_9fD3kQ7mX2vB8nZ4')).toBe('sk_live_9fD3kQ7mX2vB8nZ4');
  });

  it('make the host of an address unknown where they stand in its place, and only there', () => {
    const [whole, part] = [newReading(), newReading()];

    readAddress(pill, whole);
    readAddress(`https://api.example.com/orders/${pill}`, part);

    expect([whole.dynamic, [...whole.hosts]]).toEqual([true, []]);
    expect([part.dynamic, [...part.hosts]]).toEqual([false, ['api.example.com']]);
  });

  it('are found in linear time in a hostile text', () => {
    const started = performance.now();

    literalUnder('#{'.repeat(50_000));
    readAddress('#{'.repeat(50_000), newReading());

    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
