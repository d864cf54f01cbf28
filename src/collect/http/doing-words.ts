/**
 * Tells by its words a POST that would do something: by the end of its path, and by what a body names as its action. Owns these words.
 * Many platforms list, search and hand out by POST too: what reads so is let pass.
 */

/** On its own as the end of a path: `/flows/5/start`, `/users/delete`, `/flows/5:run`. */
const DOING = new Set((
  'create delete update upsert insert add remove edit modify patch save set put write activate deactivate enable disable start stop restart run rerun trigger execute exec invoke fire publish unpublish deploy undeploy '
  + 'import install uninstall reset rotate revoke regenerate archive unarchive restore rename move copy duplicate clone share unshare grant assign unassign invite send resend suspend unsuspend resume pause lock unlock '
  + 'cancel abort kill terminate approve reject purge destroy drop truncate clear merge unlink link transfer promote rollback retry replay'
).split(' '));
/** Behind another word: `userDelete`, `flows.update`. The others are names of things as well: `/permission-set`. */
const DOING_LAST = new Set('create delete update upsert insert remove activate deactivate enable disable execute publish unpublish destroy purge revoke trigger uninstall suspend'.split(' '));
const READING = new Set('get list search find query read fetch export describe count lookup show view retrieve check validate preview resolve select filter aggregate suggest explain'.split(' '));
const HOW = new Set('batch bulk mass multi force soft hard async'.split(' '));
/** What is set going only to hand something out: `runQuery`, `/query/execute`, `/exports/create`, `/session/create`. */
const STARTING = new Set('run execute exec start create invoke'.split(' '));
const ASKED_FOR = /^(?:query|queries|search|searches|reports?|exports?|aggregation|sessions?|login|auth)$/;
const ASKED_BEFORE = /\/(?:query|search|reports?|exports?|sessions?|login|auth)\/$/i;

function wordsOf(text: string): string[] {
  return text.split(/[^A-Za-z]+|(?<=[a-z])(?=[A-Z])/).filter((word) => word !== '').map((word) => word.toLowerCase());
}

/** The word that does something, or null. */
function doingWord(text: string): string | null {
  const words = wordsOf(text);
  const [first, ...rest] = words.filter((word, index) => index > 0 || words.length === 1 || !HOW.has(word));
  if (first === undefined || READING.has(first)) return null;
  if (STARTING.has(first) && rest.some((word) => ASKED_FOR.test(word))) return null;
  if (DOING.has(first)) return first;
  const last = rest.at(-1);
  return last !== undefined && DOING_LAST.has(last) && !rest.some((word) => READING.has(word)) ? last : null;
}

/** The end of a path and what comes before it. Of `/flows/5:run` the end is `run`, as in `/flows/5/run`. */
function endOf(path: string): { readonly before: string; readonly end: string } {
  const plain = path.replace(/\/+$/, '').replaceAll(/%3a/gi, ':').replace(/\(\)$/, '');
  const at = Math.max(plain.lastIndexOf('/'), plain.lastIndexOf(':')) + 1;
  return { before: plain.slice(0, at).replace(/:$/, '/'), end: plain.slice(at) };
}

/** `told`: the path as a manifest writes it. What was filled in does something only where it is such a word as a whole: it may be any name. */
export function doingPath(path: string, told = path): string | null {
  const { before, end } = endOf(path);
  if (ASKED_BEFORE.test(before) && STARTING.has(end.toLowerCase())) return null;
  if (DOING.has(end.toLowerCase())) return end;
  const written = endOf(told);
  // `/run/{flow}` runs it, whatever is filled in
  if (/^\{\w+\}$/.test(written.end)) {
    const parent = written.before.replace(/\/$/, '').split('/').at(-1)!;
    return DOING.has(parent.toLowerCase()) ? parent : null;
  }
  return doingWord(written.end.replaceAll(/\{\w+\}/g, ' '));
}

const ACTION_MEMBERS = new Set(['action', 'operation', 'op', 'command', 'cmd', 'do', 'act']);
/** Logs are searched by what was done. */
const SEARCHING = /search|quer(?:y|ies)|list|find|filter|events?|logs?|audit|activit(?:y|ies)|history/i;

function actionOf(body: unknown): string | null {
  if (Array.isArray(body)) return body.reduce<string | null>((found, each) => found ?? actionOf(each), null);
  if (typeof body !== 'object' || body === null) return null;
  const found = Object.entries(body).find(([name, value]) => ACTION_MEMBERS.has(name.toLowerCase()) && typeof value === 'string' && doingWord(value) !== null);
  return found === undefined ? null : String(found[1]).slice(0, 40);
}

/** What a body, parsed, names as the thing to do, or null. Only at its top: deeper it is what is searched for. */
export function doingBody(path: string, body: unknown): string | null {
  return SEARCHING.test(endOf(path).end) ? null : actionOf(body);
}
