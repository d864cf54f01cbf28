/** Owns: a Node 24 from the npm registry, for the platforms whose newest versions need one. Does not own: what runs on it. */
import { join } from 'node:path';
import { installPackage, type Progress } from '../../../src/runtime/demo/npm-install.js';

const NODE_24 = '24.21.0';

export interface Node24 {
  /** bin and include are in it */
  readonly prefix: string;
  readonly node: string;
}

/** Installed once per user, into the cache folder. */
export async function installNode24(onProgress?: Progress): Promise<Node24> {
  const name = `node-${process.platform}-${process.arch}`;
  const folder = await installPackage({ name, version: NODE_24, title: 'Node 24', ...(onProgress ? { onProgress } : {}) });
  const prefix = join(folder, 'node_modules', name);
  return { prefix, node: join(prefix, 'bin', 'node') };
}
