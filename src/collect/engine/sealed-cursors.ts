/**
 * What points to the next page, and the id of an export, may be a key to it. Owns sealing these before a page is stored and opening them
 * when it is read again. Owns nothing else of a page.
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto';
import type { JsonValue } from '../../model/resource.js';
import { isObject } from '../expressions/scope.js';
import type { JsonObject } from '../expressions/scope.js';
import type { PageStore } from './page-store.js';

const MARK = 'sealed:';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Offsets and page numbers are nobody's key. */
const NUMBER = /^\d{1,10}$/;

interface Seal {
  seal(text: string): string;
  /** throws for what was not sealed with this key */
  open(text: string): string;
}

function keyFor(key: Uint8Array, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, 'plumbline/cursors', purpose, 32));
}

/** AES-256-GCM. The nonce is made of the text: the same is sealed alike, so that a page that did not change is stored as it was. */
function openSeal(key: Uint8Array): Seal {
  const [sealing, naming] = [keyFor(key, 'seal'), keyFor(key, 'nonce')];
  return {
    seal(text) {
      const nonce = createHmac('sha256', naming).update(text).digest().subarray(0, NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', sealing, nonce, { authTagLength: TAG_BYTES });
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return MARK + Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url');
    },
    open(text) {
      const bytes = Buffer.from(text.slice(MARK.length), 'base64url');
      const decipher = createDecipheriv('aes-256-gcm', sealing, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
      decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8');
    },
  };
}

type Change = (text: string) => string;

function changed(object: JsonObject, names: readonly string[], change: Change): JsonObject {
  const pairs = names.flatMap((name): [string, string][] => {
    const value = object[name];
    return typeof value === 'string' ? [[name, change(value)]] : [];
  });
  return pairs.length === 0 ? object : { ...object, ...Object.fromEntries(pairs) };
}

/** A stored page, and each answer in a chunk of many. */
function inPage(body: JsonValue, change: Change): JsonValue {
  if (!isObject(body)) return body;
  const page = changed(body, ['next', 'cursor'], change);
  const parts = page['parts'];
  const job = page['job'];
  return {
    ...page,
    ...(Array.isArray(parts) ? { parts: parts.map((part) => (isObject(part) ? changed(part, ['next', 'cursor'], change) : part)) } : {}),
    ...(isObject(job) ? { job: changed(job, ['id'], change) } : {}),
  };
}

/** A list with a page that this key does not open is none: it is read again. */
function opened(stored: readonly JsonValue[], seal: Seal): JsonValue[] {
  try {
    return stored.map((body) => inPage(body, (text) => (text.startsWith(MARK) ? seal.open(text) : text)));
  } catch {
    return [];
  }
}

/** The same store, in which no cursor but a plain number lies in clear. `key`: of this installation. */
export function sealCursors(pages: PageStore, key: Uint8Array): PageStore {
  const seal = openSeal(key);
  const { previous } = pages;
  return {
    read: async (type) => opened(await pages.read(type), seal),
    write: (type, page, body) => pages.write(type, page, inPage(body, (text) => (NUMBER.test(text) ? text : seal.seal(text)))),
    ...(previous ? { previous: async (type: string) => opened(await previous(type), seal) } : {}),
  };
}
