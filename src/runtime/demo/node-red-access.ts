/** Owns: the names and passwords of the demo's Node-RED, kept in its folder for its owner only. Does not own: who is told them. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readJson, replaceFile } from '../atomic-file.js';

export interface SignIn {
  readonly username: string;
  readonly password: string;
}

export interface NodeRedAccess {
  /** For the person who follows the drift story and edits a flow. */
  readonly admin: SignIn;
  /** For the scanner: may read and nothing else. */
  readonly reader: SignIn;
  /** Node-RED seals its stored credentials with this; another one would make them unreadable. */
  readonly credentialSecret: string;
}

/** Reads the passwords of the folder, or makes them up the first time. */
export function ensureAccess(folder: string): NodeRedAccess {
  const file = join(folder, 'access.json');
  const known = readJson<NodeRedAccess>(file);
  if (known?.admin !== undefined && known.reader !== undefined) return known;
  const access: NodeRedAccess = {
    admin: { username: 'admin', password: typable() },
    reader: { username: 'reader', password: randomBytes(24).toString('base64url') },
    credentialSecret: randomBytes(32).toString('hex'),
  };
  replaceFile(file, `${JSON.stringify(access, null, 2)}\n`);
  return access;
}

/** Eighteen letters and digits in groups, none of them easily mistaken: 32 signs to choose from, 90 bits. */
function typable(): string {
  const signs = 'abcdefghijkmnpqrstuvwxyz23456789';
  const letters = [...randomBytes(18)].map((byte) => signs[byte % 32]).join('');
  return letters.replace(/(.{6})(?=.)/g, '$1-');
}
