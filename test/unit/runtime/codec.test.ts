import { randomBytes } from 'node:crypto';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { keyRing, payloadCodec } from '../../../src/runtime/codec.js';

const key = Buffer.alloc(32, 1);
const otherKey = Buffer.alloc(32, 2);

async function encryptWith(ring: Uint8Array, value: unknown): Promise<Payload> {
  const [sealed] = await payloadCodec(keyRing(ring)).encode([defaultPayloadConverter.toPayload(value)]);
  if (sealed === undefined) throw new Error('nothing was encrypted');
  return sealed;
}

function everyByte(payload: Payload): string {
  return Buffer.concat([...Object.values(payload.metadata ?? {}), payload.data ?? Buffer.alloc(0)]).toString('latin1');
}

describe('the payload codec', () => {
  test('what goes in comes out, for any JSON value', async () => {
    const codec = payloadCodec(keyRing(key));

    await fc.assert(fc.asyncProperty(fc.jsonValue(), async (value) => {
      const payload = defaultPayloadConverter.toPayload(value);
      const [opened] = await codec.decode(await codec.encode([payload]));
      expect(Buffer.from(opened?.data ?? [])).toEqual(Buffer.from(payload.data ?? []));
      expect(Object.keys(opened?.metadata ?? {})).toEqual(Object.keys(payload.metadata ?? {}));
    }), { numRuns: 100 });
  });

  test('neither the text nor the original encoding is found in what travels', async () => {
    const sealed = await encryptWith(key, { vendor: 'canary-7f3a' });

    expect(everyByte(sealed)).not.toContain('canary-7f3a');
    expect(everyByte(sealed)).not.toContain('json/plain');
  });

  test('the same value twice looks different', async () => {
    const [first, second] = [await encryptWith(key, 'same'), await encryptWith(key, 'same')];

    expect(Buffer.from(first.data ?? [])).not.toEqual(Buffer.from(second.data ?? []));
  });

  test('another key is refused and said so', async () => {
    const sealed = await encryptWith(key, 'x');

    await expect(payloadCodec(keyRing(otherKey)).decode([sealed])).rejects.toThrow(/does not have/);
  });

  test('after a rotation the old key still opens what it sealed, and the new one seals', async () => {
    const sealed = await encryptWith(key, 'old');
    const rotated = payloadCodec(keyRing(otherKey, key));

    const [opened] = await rotated.decode([sealed]);
    const [fresh] = await rotated.encode([defaultPayloadConverter.toPayload('new')]);

    expect(defaultPayloadConverter.fromPayload(opened as Payload)).toBe('old');
    expect(Buffer.from(fresh?.metadata?.['key-id'] ?? []).toString()).toBe(keyRing(otherKey).active);
  });

  test('every changed byte is refused', async () => {
    const sealed = await encryptWith(key, 'x');
    const bytes = Buffer.from(sealed.data ?? []);

    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      await expect(payloadCodec(keyRing(key)).decode([{ ...sealed, data: changed }])).rejects.toThrow(/was changed/);
    }
  });

  test('a payload under the id of another known key is refused', async () => {
    const sealed = await encryptWith(key, 'x');
    const swapped = { ...sealed, metadata: { ...sealed.metadata, 'key-id': Buffer.from(keyRing(otherKey).active) } };

    await expect(payloadCodec(keyRing(key, otherKey)).decode([swapped])).rejects.toThrow(/was changed/);
  });

  test('a payload cut short is refused', async () => {
    const sealed = await encryptWith(key, 'x');

    await expect(payloadCodec(keyRing(key)).decode([{ ...sealed, data: (sealed.data ?? Buffer.alloc(0)).subarray(0, 20) }])).rejects.toThrow(/cut short/);
  });

  test('a payload that is not ours passes through unchanged', async () => {
    const plain = defaultPayloadConverter.toPayload('from the server');

    expect(await payloadCodec(keyRing(randomBytes(32))).decode([plain])).toEqual([plain]);
  });
});
