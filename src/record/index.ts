/** The audit log's mathematics: leaves, tree, proofs, checkpoints, verification. Pure but for the readers it is given. */
export { eventText, leafHash, leafHashOfText } from './leaf.js';
export { appendLeaf, appendToFrontier, cover, fold, hashChildren, hashLeaf, readFrontier, rootHash } from './tree.js';
export type { Frontier, NodeId, NodeReader, TreeNode } from './tree.js';
export { consistencyProof, inclusionProof, verifyConsistency, verifyInclusion } from './proofs.js';
export type { ConsistencyClaim, InclusionClaim } from './proofs.js';
export { createSigner, makeCheckpoint, readCheckpoint, verifyCheckpoint } from './checkpoint.js';
export type { Checkpoint, CheckpointSigner } from './checkpoint.js';
export { verifyLog } from './verify-log.js';
export type { LogEntry, LogVerdict, VerifyOptions } from './verify-log.js';
