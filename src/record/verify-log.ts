/**
 * Reads a log from its first entry and tells whether it is the one that was written. Owns: the checks and the first bad index.
 * Does not own: reading rows or files, or the trust in a checkpoint (callers pass those whose signature holds).
 */
import type { AuditEvent } from '../model/audit.js';
import { canonicalJson } from '../model/canonical.js';
import type { Checkpoint } from './checkpoint.js';
import { leafHashOfText } from './leaf.js';
import { appendToFrontier, fold, type Frontier, type NodeId, type TreeNode } from './tree.js';

export interface LogEntry {
  index: number;
  /** the hashed text itself */
  event: string;
  /** what the store keeps beside the text, when it does */
  leafHash?: Uint8Array;
  at?: string;
}
export interface VerifyOptions {
  /** every event must name it */
  tenant?: string;
  /** signed heads that are known to be genuine, in any order */
  checkpoints?: readonly Checkpoint[];
  /** how many entries the log says it has */
  headSize?: number;
  /** the stored subtree hashes, null where one is missing */
  storedNodes?: (ids: readonly NodeId[]) => Promise<readonly (Uint8Array | null)[]>;
}
export interface LogVerdict {
  ok: boolean;
  /** entries read and found good; when all is well, the size of the log */
  size: number;
  /** hex; root of those entries */
  root: string;
  /** the first index that is not what was written, or the earliest it can be */
  firstBad: number | null;
  reason: string | null;
  /** the largest size that a checkpoint vouches for; what comes after could have been cut off without a trace */
  provenSize: number;
}

interface Fault {
  index: number;
  reason: string;
  /** a checkpoint tells only that something before it differs */
  vague?: boolean;
}
const BATCH = 500;

export async function verifyLog(entries: AsyncIterable<LogEntry> | Iterable<LogEntry>, options: VerifyOptions = {}): Promise<LogVerdict> {
  const state = new Map<number, Checkpoint[]>();
  for (const checkpoint of options.checkpoints ?? []) state.set(checkpoint.size, [...(state.get(checkpoint.size) ?? []), checkpoint]);
  const walk: Walk = { frontier: { size: 0, hashes: [] }, checkpoints: state, proven: 0, options };
  let batch: LogEntry[] = [];
  let fault = checkHeads(walk);
  for await (const entry of entries) {
    if (fault) break;
    batch.push(entry);
    if (batch.length < BATCH) continue;
    fault = await verifyBatch(walk, batch);
    batch = [];
  }
  fault ??= await verifyBatch(walk, batch);
  return verdict(walk, fault ?? checkEnd(walk));
}

interface Walk {
  frontier: Frontier;
  checkpoints: Map<number, Checkpoint[]>;
  proven: number;
  options: VerifyOptions;
}

function verdict({ frontier, proven }: Walk, fault: Fault | null): LogVerdict {
  const root = Buffer.from(fold(frontier.hashes)).toString('hex');
  return { ok: fault === null, size: frontier.size, root, firstBad: fault?.index ?? null, reason: fault?.reason ?? null, provenSize: proven };
}

async function verifyBatch(walk: Walk, batch: readonly LogEntry[]): Promise<Fault | null> {
  const created: TreeNode[] = [];
  let fault: Fault | null = null;
  for (const entry of batch) {
    fault = checkEntry(walk, entry);
    if (fault) break;
    created.push(...appendToFrontier(walk.frontier, leafHashOfText(entry.event)));
    fault = checkHeads(walk);
    if (fault) break;
  }
  const nodeFault = await checkNodes(walk.options, created);
  return nodeFault && (fault === null || fault.vague || nodeFault.index <= fault.index) ? nodeFault : fault;
}

function checkEntry({ frontier, options }: Walk, entry: LogEntry): Fault | null {
  const index = frontier.size;
  if (entry.index > index) return { index, reason: entry.index === index + 1 ? `Entry ${index} is missing.` : `Entries ${index} to ${entry.index - 1} are missing.` };
  if (entry.index < index) return { index, reason: `Entry ${entry.index} appears twice or out of order.` };
  const event = parseEvent(entry.event);
  if (event === null) return { index, reason: `Entry ${index} is not the canonical text of an event.` };
  if (event.index !== index) return { index, reason: `Entry ${index} holds the text of entry ${event.index}.` };
  if (options.tenant !== undefined && event.tenant !== options.tenant) return { index, reason: `Entry ${index} belongs to another tenant.` };
  if (entry.at !== undefined && entry.at !== event.at) return { index, reason: `Entry ${index} is shown with another time than was recorded.` };
  if (entry.leafHash && Buffer.compare(entry.leafHash, leafHashOfText(entry.event)) !== 0) return { index, reason: `Entry ${index} was changed: its text does not give its hash.` };
  return null;
}

function parseEvent(text: string): AuditEvent | null {
  try {
    const event = JSON.parse(text) as AuditEvent;
    return typeof event.index === 'number' && typeof event.tenant === 'string' && canonicalJson(event) === text ? event : null;
  } catch {
    return null;
  }
}

/** Compares with every checkpoint of the present size. */
function checkHeads(walk: Walk): Fault | null {
  const { frontier, proven } = walk;
  const checkpoints = walk.checkpoints.get(frontier.size);
  if (!checkpoints) return null;
  const root = fold(frontier.hashes);
  for (const checkpoint of checkpoints) {
    if (Buffer.compare(checkpoint.root, root) !== 0) {
      return { index: proven, vague: true, reason: `Entries ${proven} to ${frontier.size - 1} are not those that the checkpoint at ${frontier.size} was signed over.` };
    }
    walk.proven = frontier.size;
  }
  return null;
}

async function checkNodes({ storedNodes }: VerifyOptions, created: readonly TreeNode[]): Promise<Fault | null> {
  if (!storedNodes || created.length === 0) return null;
  const stored = await storedNodes(created);
  const bad = created.find((node, position) => {
    const hash = stored[position];
    return !hash || Buffer.compare(hash, node.hash) !== 0;
  });
  if (!bad) return null;
  const first = bad.index * 2 ** bad.level;
  if (bad.level === 0) return { index: first, reason: `Entry ${first} is not the one the tree was built over.` };
  return { index: first, reason: `The tree over entries ${first} to ${first + 2 ** bad.level - 1} does not match them.` };
}

function checkEnd({ frontier: { size }, options, checkpoints }: Walk): Fault | null {
  const covered = Math.max(0, ...checkpoints.keys());
  if (covered > size) return { index: size, reason: `Entries ${size} to ${covered - 1} are missing: a checkpoint was signed over them.` };
  if (options.headSize !== undefined && options.headSize > size) return { index: size, reason: `Entries ${size} to ${options.headSize - 1} are missing: the log says it has them.` };
  if (options.headSize !== undefined && options.headSize < size) return { index: options.headSize, reason: `Entries from ${options.headSize} on were added past the head of the log.` };
  return null;
}
