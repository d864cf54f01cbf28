/**
 * The Merkle tree of RFC 6962 over nodes somebody else stores. Owns: which complete subtrees to read and how they combine.
 * Does not own: storage (src/store/audit.ts) or what a leaf means (leaf.ts). Sizes are numbers up to 2^53, so no bit operators.
 */
import { createHash } from 'node:crypto';

/** A complete subtree of 2^level leaves, the index-th of its level. Level 0 are the leaf hashes. */
export interface NodeId {
  level: number;
  index: number;
}
export interface TreeNode extends NodeId {
  hash: Uint8Array;
}
/** Answers in the order asked; throws when a node is missing. */
export type NodeReader = (ids: readonly NodeId[]) => Promise<readonly Uint8Array[]>;

const EMPTY_ROOT = createHash('sha256').digest();

export function hashLeaf(data: Uint8Array): Uint8Array {
  return createHash('sha256').update(Uint8Array.of(0)).update(data).digest();
}

export function hashChildren(left: Uint8Array, right: Uint8Array): Uint8Array {
  return createHash('sha256').update(Uint8Array.of(1)).update(left).update(right).digest();
}

/** The complete subtrees that cover `count` leaves from `start`, left to right. `start` is aligned as the RFC's splits are. */
export function cover(start: number, count: number): NodeId[] {
  const ids: NodeId[] = [];
  let position = start;
  let rest = count;
  while (rest > 0) {
    const level = Math.floor(Math.log2(rest));
    const width = 2 ** level;
    ids.push({ level, index: position / width });
    position += width;
    rest -= width;
  }
  return ids;
}

/** Combines the hashes of `cover` into the hash of the whole range. */
export function fold(hashes: readonly Uint8Array[]): Uint8Array {
  let hash: Uint8Array | undefined;
  for (let index = hashes.length - 1; index >= 0; index -= 1) {
    const left = hashes[index]!;
    hash = hash === undefined ? left : hashChildren(left, hash);
  }
  return hash ?? EMPTY_ROOT;
}

/** The largest power of two smaller than `count` (count > 1): where the RFC splits. */
export function splitPoint(count: number): number {
  let power = 1;
  while (power * 2 < count) power *= 2;
  return power;
}

export async function rootHash(size: number, read: NodeReader): Promise<Uint8Array> {
  return fold(await read(cover(0, size)));
}

/** The right edge of a growing tree: all that an append has to know, O(log n) hashes. */
export interface Frontier {
  size: number;
  /** hashes of cover(0, size) */
  hashes: Uint8Array[];
}

export async function readFrontier(size: number, read: NodeReader): Promise<Frontier> {
  return { size, hashes: [...(await read(cover(0, size)))] };
}

/** Adds a leaf hash to the frontier, in place, and returns the complete subtrees that came to be: the leaf first. */
export function appendToFrontier(frontier: Frontier, leaf: Uint8Array): TreeNode[] {
  const created: TreeNode[] = [{ level: 0, index: frontier.size, hash: leaf }];
  let { size } = frontier;
  let level = 0;
  let hash = leaf;
  while (size % 2 === 1) {
    hash = hashChildren(frontier.hashes.pop()!, hash);
    size = (size - 1) / 2;
    level += 1;
    created.push({ level, index: size, hash });
  }
  frontier.hashes.push(hash);
  frontier.size += 1;
  return created;
}

/** One append over stored nodes; returns the nodes to store. */
export async function appendLeaf(size: number, leaf: Uint8Array, read: NodeReader): Promise<TreeNode[]> {
  return appendToFrontier(await readFrontier(size, read), leaf);
}
