/** Reads the JSON of a successful answer. Owns the refusals of what is no JSON; statuses are judged by the caller. */
import { PlumblineError } from '../../model/errors.js';
import type { JsonValue } from '../../model/resource.js';
import type { DoorAnswer } from './door.js';
import type { RequestFacts } from './failures.js';
import { JsonLimitError, JsonTextError, decodeUtf8, readJson } from './json-text.js';
import type { JsonNotes, JsonTextLimits } from './json-text.js';

function looksLikeHtml(answer: DoorAnswer): boolean {
  return /html/i.test(answer.headers['content-type'] ?? '') || /^\s*<(?:!doctype|html|head|body)/i.test(answer.body.toString('latin1', 0, 200));
}

/** Throws 004 for HTML, 005 for an empty, cut or invalid body, 008 beyond the limits. */
export function jsonOf(answer: DoorAnswer, facts: RequestFacts, limits: JsonTextLimits): { value: JsonValue; notes: JsonNotes } {
  if (looksLikeHtml(answer)) {
    throw new PlumblineError('PLB-COLLECT-004', `${facts.host} answered ${facts.request} with a web page instead of data.`, { host: facts.host, request: facts.request });
  }
  const cut = (why: string, cause?: unknown): PlumblineError => new PlumblineError('PLB-COLLECT-005', `The answer of ${facts.host} to ${facts.request} cannot be read: ${why}.`, { host: facts.host, request: facts.request }, cause);
  if (answer.body.length === 0) throw cut('it is empty');
  try {
    return readJson(decodeUtf8(answer.body), limits);
  } catch (error) {
    if (error instanceof JsonLimitError) throw new PlumblineError('PLB-COLLECT-008', `The answer of ${facts.host} to ${facts.request} was refused: ${error.message}.`, { host: facts.host, request: facts.request });
    if (error instanceof JsonTextError) throw cut(error.message);
    throw error;
  }
}
