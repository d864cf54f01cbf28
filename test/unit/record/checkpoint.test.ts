import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createSigner, makeCheckpoint, readCheckpoint, verifyCheckpoint } from '../../../src/record/index.js';

const SEED = Buffer.alloc(32, 7);
const ROOT = createHash('sha256').update('root').digest();
const signer = createSigner('example.org/log', SEED);
const note = makeCheckpoint(signer, { size: 42, root: ROOT });

describe('a checkpoint', () => {
  it('is a signed note: three lines, an empty line, one signature line with the key id in front', () => {
    const lines = note.split('\n');
    const signature = Buffer.from(lines[4]!.split(' ')[2]!, 'base64');
    const [name, id, key] = signer.verifierKey.split('+') as [string, string, string];
    const expectedId = createHash('sha256').update(Buffer.concat([Buffer.from('example.org/log\n'), Buffer.from(key, 'base64')])).digest('hex').slice(0, 8);

    expect(lines.slice(0, 4)).toEqual(['example.org/log', '42', ROOT.toString('base64'), '']);
    expect(lines[4]).toMatch(/^— example\.org\/log /);
    expect(lines[5]).toBe('');
    expect(signature.length).toBe(68);
    expect(signature.subarray(0, 4).toString('hex')).toBe(id);
    expect([name, id]).toEqual(['example.org/log', expectedId]);
  });

  it('verifies with the public key alone, and reads back what was signed', () => {
    const checkpoint = verifyCheckpoint(note, signer.verifierKey);

    expect(checkpoint).toEqual({ origin: 'example.org/log', size: 42, root: ROOT });
  });

  it('is the same text every time for the same head and key', () => {
    expect(makeCheckpoint(createSigner('example.org/log', SEED), { size: 42, root: ROOT })).toBe(note);
  });

  it.each([
    ['another size', note.replace('\n42\n', '\n43\n')],
    ['another root', note.replace(ROOT.toString('base64'), createHash('sha256').update('x').digest('base64'))],
    ['another origin', note.replace('example.org/log\n42', 'example.org/other\n42')],
    ['no signature', note.slice(0, note.indexOf('—'))],
    ['a size with a leading zero', note.replace('\n42\n', '\n042\n')],
    ['an added line', note.replace('\n\n', '\nmore\n\n')],
    ['nothing', ''],
  ])('is refused with %s', (_what, changed) => {
    expect(verifyCheckpoint(changed, signer.verifierKey)).toBeNull();
  });

  it('is refused under another key, even one of the same name', () => {
    expect(verifyCheckpoint(note, createSigner('example.org/log', Buffer.alloc(32, 8)).verifierKey)).toBeNull();
    expect(verifyCheckpoint(note, signer.verifierKey.replace(/\+[0-9a-f]{8}\+/, '+00000000+'))).toBeNull();
  });

  it('ignores signatures of other keys beside ours, as the format asks', () => {
    const witness = makeCheckpoint(createSigner('example.org/log', Buffer.alloc(32, 9)), { size: 42, root: ROOT }).split('\n')[4]!;

    expect(verifyCheckpoint(`${note}${witness}\n`, signer.verifierKey)?.size).toBe(42);
  });

  it('refuses key names that the format cannot hold', () => {
    expect(() => createSigner('a b', SEED)).toThrow(TypeError);
    expect(() => createSigner('a+b', SEED)).toThrow(TypeError);
    expect(() => createSigner('ab', Buffer.alloc(31))).toThrow(RangeError);
  });

  it('can be read without a key, and what is no checkpoint is not read', () => {
    expect(readCheckpoint(note)?.size).toBe(42);
    expect(readCheckpoint('hello')).toBeNull();
  });
});
