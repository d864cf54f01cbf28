import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { appendLeaf, consistencyProof, hashLeaf, inclusionProof, rootHash, verifyConsistency, verifyInclusion, type NodeReader, type TreeNode } from '../../../src/record/index.js';

// A second implementation, straight from the definitions of RFC 6962, 2.1: slow and over all leaves.
const sha = (...parts: Uint8Array[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();
function definedRoot(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return sha();
  if (leaves.length === 1) return sha(Buffer.of(0), leaves[0]!);
  const k = 2 ** Math.floor(Math.log2(leaves.length - 1));
  return sha(Buffer.of(1), naiveRoot(leaves.slice(0, k)), naiveRoot(leaves.slice(k)));
}
/** The leaves differ from each other, so the first and the count say which they are; each root is then made once. */
const known = new Map<string, Buffer>();
function naiveRoot(leaves: readonly Buffer[]): Buffer {
  const which = `${leaves[0]?.toString() ?? ''}/${leaves.length}`;
  const root = known.get(which) ?? definedRoot(leaves);
  known.set(which, root);
  return root;
}
function naivePath(index: number, leaves: readonly Buffer[]): Buffer[] {
  if (leaves.length === 1) return [];
  const k = 2 ** Math.floor(Math.log2(leaves.length - 1));
  return index < k ? [...naivePath(index, leaves.slice(0, k)), naiveRoot(leaves.slice(k))] : [...naivePath(index - k, leaves.slice(k)), naiveRoot(leaves.slice(0, k))];
}
function naiveConsistency(m: number, leaves: readonly Buffer[], whole = true): Buffer[] {
  if (m === leaves.length) return whole ? [] : [naiveRoot(leaves)];
  const k = 2 ** Math.floor(Math.log2(leaves.length - 1));
  return m <= k
    ? [...naiveConsistency(m, leaves.slice(0, k), whole), naiveRoot(leaves.slice(k))]
    : [...naiveConsistency(m - k, leaves.slice(k), false), naiveRoot(leaves.slice(0, k))];
}

const MAX = 130;
const LEAVES = Array.from({ length: MAX }, (_, index) => Buffer.from(`entry ${index}`));

class Nodes {
  readonly stored = new Map<string, Uint8Array>();
  reads = 0;
  readonly read: NodeReader = (ids) => {
    this.reads += ids.length;
    return Promise.resolve(ids.map(({ level, index }) => {
      const hash = this.stored.get(`${level}/${index}`);
      if (!hash) throw new Error(`node ${level}/${index} is missing`);
      return hash;
    }));
  };
  add(nodes: readonly TreeNode[]): void {
    for (const { level, index, hash } of nodes) {
      expect(this.stored.has(`${level}/${index}`)).toBe(false);
      this.stored.set(`${level}/${index}`, hash);
    }
  }
}

async function grow(size: number): Promise<Nodes> {
  const nodes = new Nodes();
  for (let index = 0; index < size; index += 1) nodes.add(await appendLeaf(index, hashLeaf(LEAVES[index]!), nodes.read));
  return nodes;
}
const hex = (hashes: readonly Uint8Array[]): string[] => hashes.map((hash) => Buffer.from(hash).toString('hex'));
const flip = (hash: Uint8Array): Uint8Array => Buffer.from(hash.map((byte, index) => (index === 7 ? byte ^ 1 : byte)));

describe('the tree of RFC 6962, sizes 0 to 130', () => {
  it('has the root that the definition gives, at every size', async () => {
    const nodes = new Nodes();

    for (let size = 0; size <= MAX; size += 1) {
      expect(hex([await rootHash(size, nodes.read)])).toEqual(hex([naiveRoot(LEAVES.slice(0, size))]));
      if (size < MAX) nodes.add(await appendLeaf(size, hashLeaf(LEAVES[size]!), nodes.read));
    }
  });

  it('has the known roots of the empty tree and of one empty leaf', async () => {
    const nodes = new Nodes();
    const empty = await rootHash(0, nodes.read);

    nodes.add(await appendLeaf(0, hashLeaf(new Uint8Array()), nodes.read));

    expect(hex([empty])).toEqual(['e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855']);
    expect(hex([await rootHash(1, nodes.read)])).toEqual(['6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d']);
  });

  it('appends by reading no more hashes than the tree is high', async () => {
    const nodes = await grow(MAX);

    nodes.reads = 0;
    await appendLeaf(MAX - 3, hashLeaf(LEAVES[0]!), nodes.read);

    expect(nodes.reads).toBeLessThanOrEqual(8);
  });

  it('proves every leaf in every tree, as the definition does, and refuses each proof when anything in it differs', async () => {
    const nodes = await grow(MAX);

    for (let size = 1; size <= MAX; size += 1) {
      const leaves = LEAVES.slice(0, size);
      const root = naiveRoot(leaves);
      for (let index = 0; index < size; index += 1) {
        const proof = await inclusionProof(index, size, nodes.read);
        const claim = { index, size, leaf: hashLeaf(LEAVES[index]!), root };
        expect(hex(proof)).toEqual(hex(naivePath(index, leaves)));
        expect(verifyInclusion(claim, proof)).toBe(true);
        expect(verifyInclusion({ ...claim, leaf: flip(claim.leaf) }, proof)).toBe(false);
        expect(verifyInclusion({ ...claim, root: flip(root) }, proof)).toBe(false);
        expect(verifyInclusion(claim, [...proof, root])).toBe(false);
        if (proof.length > 0) expect(verifyInclusion(claim, proof.slice(1))).toBe(false);
        if (proof.length > 0) expect(verifyInclusion(claim, [flip(proof[0]!), ...proof.slice(1)])).toBe(false);
        if (size > 1) expect(verifyInclusion({ ...claim, index: (index + 1) % size }, proof)).toBe(false);
      }
    }
  });

  it('proves that every tree begins with every smaller one, as the definition does, and refuses what does not', async () => {
    const nodes = await grow(MAX);
    const roots = Array.from({ length: MAX + 1 }, (_, size) => naiveRoot(LEAVES.slice(0, size)));

    for (let newSize = 1; newSize <= MAX; newSize += 1) {
      for (let oldSize = 1; oldSize <= newSize; oldSize += 1) {
        const proof = await consistencyProof(oldSize, newSize, nodes.read);
        const claim = { oldSize, newSize, oldRoot: roots[oldSize]!, newRoot: roots[newSize]! };
        expect(hex(proof)).toEqual(hex(naiveConsistency(oldSize, LEAVES.slice(0, newSize))));
        expect(verifyConsistency(claim, proof)).toBe(true);
        expect(verifyConsistency({ ...claim, oldRoot: flip(claim.oldRoot) }, proof)).toBe(false);
        expect(verifyConsistency({ ...claim, newRoot: flip(claim.newRoot) }, proof)).toBe(false);
        expect(verifyConsistency(claim, [...proof, roots[1]!])).toBe(false);
        if (proof.length > 0) expect(verifyConsistency(claim, proof.slice(0, -1))).toBe(false);
        if (proof.length > 0) expect(verifyConsistency(claim, [flip(proof[0]!), ...proof.slice(1)])).toBe(false);
      }
    }
  }, 60_000);

  it('treats the empty tree as the beginning of every tree, and no tree as the beginning of a smaller one', () => {
    const empty = naiveRoot([]);
    const one = naiveRoot(LEAVES.slice(0, 1));

    expect(verifyConsistency({ oldSize: 0, oldRoot: empty, newSize: 1, newRoot: one }, [])).toBe(true);
    expect(verifyConsistency({ oldSize: 1, oldRoot: one, newSize: 0, newRoot: empty }, [])).toBe(false);
    expect(() => inclusionProof(3, 3, new Nodes().read)).toThrow(RangeError);
  });
});
