/**
 * What people are told of a request: its path as the manifest writes it, and never what may be a key in it. Owns what is hidden of a path
 * that nobody wrote down beforehand.
 */
import { findSecrets } from '../redact/detectors.js';
import { looksRandom } from '../redact/literals.js';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** `*` for what looks like a secret, and for session ids behind `;`. */
function pathWithoutSecrets(path: string): string {
  const plain = findSecrets(path).reduceRight((text, { start, end }) => `${text.slice(0, start)}*${text.slice(end)}`, path);
  return plain.replaceAll(/;[^/]*/g, ';*');
}

/** Also for what is random: it may be all that guards the place behind it. */
export function guardedPath(path: string): string {
  return pathWithoutSecrets(path).split('/').map((part) => (looksRandom(part) && !UUID.test(part) ? '*' : part)).join('/');
}

export interface Told {
  readonly path: string;
  readonly told?: string;
}

/** `/apps/{appId}/flows`: for errors and logs. */
export function toldPath({ path, told }: Told): string {
  return (told ?? guardedPath(path)).replace(/^\/\//, '/');
}
