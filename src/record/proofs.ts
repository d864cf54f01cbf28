/**
 * Inclusion and consistency proofs of RFC 6962 and their verification (RFC 9162, 2.1.3.2 and 2.1.4.2).
 * Owns both directions; the verifiers need no stored node.
 */
import { cover, fold, hashChildren, splitPoint, type NodeReader } from './tree.js';

interface Range {
  start: number;
  count: number;
}

function assertSizes(valid: boolean, message: string): void {
  if (!valid) throw new RangeError(message);
}

async function readRanges(ranges: readonly Range[], read: NodeReader): Promise<Uint8Array[]> {
  const covers = ranges.map(({ start, count }) => cover(start, count));
  const hashes = await read(covers.flat());
  let position = 0;
  return covers.map((ids) => {
    const part = hashes.slice(position, position + ids.length);
    position += ids.length;
    return fold(part);
  });
}

/** The hashes from leaf `index` up to the root of the first `size` leaves. */
export function inclusionProof(index: number, size: number, read: NodeReader): Promise<Uint8Array[]> {
  assertSizes(index >= 0 && index < size, `Leaf ${index} is not in a tree of ${size}.`);
  const ranges: Range[] = [];
  let range: Range = { start: 0, count: size };
  while (range.count > 1) {
    const split = splitPoint(range.count);
    const left = { start: range.start, count: split };
    const right = { start: range.start + split, count: range.count - split };
    const inLeft = index < right.start;
    ranges.unshift(inLeft ? right : left);
    range = inLeft ? left : right;
  }
  return readRanges(ranges, read);
}

/** Shows that the first `oldSize` leaves of the tree of `newSize` are the tree of `oldSize`. */
export async function consistencyProof(oldSize: number, newSize: number, read: NodeReader): Promise<Uint8Array[]> {
  assertSizes(oldSize >= 0 && oldSize <= newSize, `A tree of ${oldSize} is no beginning of a tree of ${newSize}.`);
  if (oldSize === 0 || oldSize === newSize) return [];
  const ranges: Range[] = [];
  let range: Range = { start: 0, count: newSize };
  let wholeOldTree = true;
  while (oldSize !== range.start + range.count) {
    const split = splitPoint(range.count);
    const left = { start: range.start, count: split };
    const right = { start: range.start + split, count: range.count - split };
    const inLeft = oldSize <= right.start;
    ranges.unshift(inLeft ? right : left);
    if (!inLeft) wholeOldTree = false;
    range = inLeft ? left : right;
  }
  if (!wholeOldTree) ranges.unshift(range);
  return readRanges(ranges, read);
}

function sameHash(left: Uint8Array, right: Uint8Array): boolean {
  return Buffer.compare(left, right) === 0;
}

export interface InclusionClaim {
  index: number;
  size: number;
  leaf: Uint8Array;
  root: Uint8Array;
}

export function verifyInclusion(claim: InclusionClaim, proof: readonly Uint8Array[]): boolean {
  if (claim.index < 0 || claim.index >= claim.size) return false;
  let node = claim.index;
  let last = claim.size - 1;
  let hash = claim.leaf;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      hash = hashChildren(sibling, hash);
      while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, Math.floor(last / 2)];
    } else {
      hash = hashChildren(hash, sibling);
    }
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && sameHash(hash, claim.root);
}

export interface ConsistencyClaim {
  oldSize: number;
  oldRoot: Uint8Array;
  newSize: number;
  newRoot: Uint8Array;
}

/** A tree of nothing is the beginning of every tree and needs no proof. */
export function verifyConsistency(claim: ConsistencyClaim, proof: readonly Uint8Array[]): boolean {
  const { oldSize, newSize, oldRoot, newRoot } = claim;
  if (oldSize < 0 || oldSize > newSize) return false;
  if (oldSize === newSize) return proof.length === 0 && sameHash(oldRoot, newRoot);
  if (oldSize === 0) return proof.length === 0 && sameHash(oldRoot, fold([]));
  return walkConsistency(claim, isPowerOfTwo(oldSize) ? [oldRoot, ...proof] : proof);
}

function isPowerOfTwo(value: number): boolean {
  return Number.isInteger(Math.log2(value));
}

function walkConsistency(claim: ConsistencyClaim, path: readonly Uint8Array[]): boolean {
  let node = claim.oldSize - 1;
  let last = claim.newSize - 1;
  while (node % 2 === 1) [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  const first = path[0];
  if (first === undefined) return false;
  let oldHash = first;
  let newHash = first;
  for (const sibling of path.slice(1)) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      oldHash = hashChildren(sibling, oldHash);
      newHash = hashChildren(sibling, newHash);
      while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, Math.floor(last / 2)];
    } else {
      newHash = hashChildren(newHash, sibling);
    }
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && sameHash(oldHash, claim.oldRoot) && sameHash(newHash, claim.newRoot);
}
