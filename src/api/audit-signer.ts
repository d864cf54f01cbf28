/** The key that signs checkpoints of a tenant's audit trail, and when they are signed. Owns the name of the key. */
import { createSigner, type CheckpointSigner } from '../record/index.js';
import { saveCheckpoint, type Store } from '../store/index.js';

export function auditSigner(tenantId: string, seed: Uint8Array): CheckpointSigner {
  return createSigner(`plumbline/${tenantId}`, seed);
}

export interface CheckpointKeeper {
  stop(): void;
}

const HOUR_MS = 60 * 60 * 1000;

/** A signed head now and every hour: what is cut off or rewritten before it shows up when the trail is verified. */
export function keepCheckpoints(given: { store: Store; tenantId: string; signer: CheckpointSigner; onError: (error: unknown) => void }, everyMs = HOUR_MS): CheckpointKeeper {
  const { store, tenantId, signer, onError } = given;
  const save = (): void => {
    store.tenant(tenantId, (tx) => saveCheckpoint(tx, signer)).catch(onError);
  };
  save();
  const timer = setInterval(save, everyMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
