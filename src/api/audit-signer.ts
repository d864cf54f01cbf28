/** The key that signs checkpoints of a tenant's audit trail, and when they are signed. Owns the name of the key. */
import { createSigner, type CheckpointSigner } from '../record/index.js';
import { saveCheckpoint, type Store } from '../store/index.js';

export function auditSigner(tenantId: string, seed: Uint8Array): CheckpointSigner {
  return createSigner(`plumbline/${tenantId}`, seed);
}

export interface CheckpointKeeper {
  stop(): Promise<void>;
}

const FIVE_MINUTES_MS = 5 * 60 * 1000;

/** A signed head now, every five minutes and at the end: what is cut off or rewritten before it shows up when the trail is verified. */
export function keepCheckpoints(given: { store: Store; tenantId: string; signer: CheckpointSigner; onError: (error: unknown) => void }, everyMs = FIVE_MINUTES_MS): CheckpointKeeper {
  const { store, tenantId, signer, onError } = given;
  const save = async (): Promise<void> => {
    try {
      await store.tenant(tenantId, (tx) => saveCheckpoint(tx, signer));
    } catch (error) {
      onError(error);
    }
  };
  void save();
  const timer = setInterval(() => void save(), everyMs);
  timer.unref();
  return {
    stop: () => {
      clearInterval(timer);
      return save();
    },
  };
}
