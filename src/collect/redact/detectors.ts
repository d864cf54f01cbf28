/**
 * Finds secrets by how they look, in any text: tokens of known makers, keys, passwords in addresses, assignments in code.
 * Owns the patterns. All are bounded or start at a fixed word, so that a hostile text costs linear time.
 */
import { mayHoldSecret, noteHarmless } from './first-look.js';
import { isLiteralToken, looksRandom } from './literals.js';
import { verdictOfName } from './names.js';

export interface FoundSecret {
  readonly start: number;
  readonly end: number;
  readonly kind: string;
}

/** `rank`: place of its detector in the list */
interface Ranked extends FoundSecret {
  readonly rank: number;
}

interface Detector {
  readonly kind: string;
  readonly pattern: RegExp;
  /** group that holds the secret; 0 = the whole match */
  readonly group: number;
  readonly accept?: (secret: string, match: RegExpExecArray) => boolean;
}

const makers = [
  String.raw`sk-[A-Za-z0-9_-]{8,}`, String.raw`(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{8,}`, String.raw`whsec_[A-Za-z0-9+/=]{8,}`, String.raw`gh[pousr]_[A-Za-z0-9]{12,}`,
  String.raw`github_pat_[A-Za-z0-9_]{16,}`, String.raw`glpat-[A-Za-z0-9_-]{12,}`, String.raw`xox[abeoprs]-[A-Za-z0-9-]{8,}`, String.raw`xapp-[A-Za-z0-9-]{8,}`,
  String.raw`AIza[0-9A-Za-z_-]{30,}`, String.raw`ya29\.[0-9A-Za-z_-]{16,}`, String.raw`GOCSPX-[A-Za-z0-9_-]{12,}`, String.raw`npm_[A-Za-z0-9]{30,}`, String.raw`SG\.[A-Za-z0-9_-]{12,}\.[A-Za-z0-9_-]{12,}`,
  String.raw`hf_[A-Za-z0-9]{16,}`, String.raw`shp(?:at|ca|pa|ss)_[0-9a-fA-F]{16,}`, String.raw`do[opr]_v1_[0-9a-f]{16,}`, String.raw`pat[A-Za-z0-9]{14}\.[0-9a-f]{32,}`, String.raw`lin_api_[A-Za-z0-9]{12,}`,
  String.raw`gsk_[A-Za-z0-9]{16,}`, String.raw`xai-[A-Za-z0-9]{16,}`, String.raw`pplx-[A-Za-z0-9]{16,}`, String.raw`r8_[A-Za-z0-9]{16,}`, String.raw`ntn_[A-Za-z0-9]{16,}`, String.raw`secret_[A-Za-z0-9]{24,}`,
  String.raw`tvly-[A-Za-z0-9-]{12,}`, String.raw`dapi[0-9a-f]{32}`, String.raw`sq0[a-z]{3}-[A-Za-z0-9_-]{16,}`, String.raw`EAA[A-Za-z0-9]{40,}`, String.raw`key-[0-9a-f]{32}`, String.raw`n8n_api_[A-Za-z0-9]{12,}`,
];
const names = String.raw`(?:password|passwd|passwort|passphrase|pwd|secret|token|api[ _-]?key|access[_-]?key|private[_-]?key|signing[_-]?key|account[_-]?key|auth[_-]?key|authorization|bearer|jwt|cookie)`;

/** Calls that give back what they are given, so that a literal in them is the value: `String('...')`. Others only look something up. */
const wrapper = String.raw`(?:(?:new )?(?:String|Buffer\.from|btoa|atob|encodeURIComponent|JSON\.stringify|TextEncoder\(\)\.encode)\(\s{0,4})?`;

/** `X-Auth: word` can be prose about the header; a value is mixed or long. */
function isHeaderValue(text: string): boolean {
  return isLiteralToken(text) && !/^[a-z][a-zA-Z0-9]*(?:[.[(][a-zA-Z]|\()/.test(text) && (/\d/.test(text) || text.length >= 16 || (text.length >= 8 && /[A-Z]/.test(text.slice(1))));
}
/** `pwd` is also the working folder, `pass` also the word for a test that went well. */
function isPassword(text: string, name: string): boolean {
  return isLiteralToken(text) && !/^[./~]|^[A-Za-z]:[\\/]|\s/.test(text) && (!/pass$/i.test(name) || /[^A-Za-z_-]/.test(text));
}

function decodesToPair(text: string): boolean {
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text) && /^[\x20-\x7e]*:[\x20-\x7e]*$/.test(Buffer.from(text, 'base64').toString('latin1'));
}
/** Percent-encoded signs hide that a value is random. */
function plainly(text: string): string {
  return text.replaceAll(/%(?:2[bf]|3d)/gi, '=');
}
function nameAccepts(match: RegExpExecArray): boolean {
  return verdictOfName(match[1]!.replaceAll(' ', '_'))?.certain === true;
}

const DETECTORS: readonly Detector[] = [
  { kind: 'private-key', group: 0, pattern: /-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----|$)/g },
  { kind: 'jwt', group: 0, pattern: /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*)?/g },
  { kind: 'aws-access-key', group: 0, pattern: /\b(?:AKIA|ASIA)[0-9A-Z]{12,20}\b/g },
  { kind: 'api-key', group: 0, pattern: new RegExp(String.raw`(?<![A-Za-z0-9_-])(?:${makers.join('|')})`, 'g') },
  { kind: 'bot-token', group: 0, pattern: /(?<!\d)\d{8,10}:[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])/g },
  { kind: 'webhook-url', group: 1, pattern: /hooks\.slack\.com\/(?:services|workflows|triggers)\/([A-Za-z0-9_/-]{8,})/g },
  { kind: 'webhook-url', group: 1, pattern: /discord(?:app)?\.com\/api\/webhooks\/(\d+\/[A-Za-z0-9_-]{8,})/g },
  { kind: 'webhook-url', group: 1, pattern: /\.webhook\.office\.com\/webhookb2\/([^\s"'?]{16,})/g },
  { kind: 'webhook-url', group: 1, pattern: /\bhook\.[a-z0-9.-]{0,16}make\.com\/([A-Za-z0-9_-]{16,64})/g },
  { kind: 'webhook-url', group: 1, pattern: /\bhooks\.zapier\.com\/hooks\/[a-z]{3,12}\/(\d{1,12}\/[A-Za-z0-9_-]{4,64})/g },
  { kind: 'webhook-url', group: 1, pattern: /\bscript\.google\.com\/(?:a\/)?macros\/(?:[a-z0-9.-]{1,64}\/)?s\/([A-Za-z0-9_-]{8,128})\/exec/g },
  { kind: 'url-secret', group: 1, pattern: /[?&]sig=([^&\s"'\x60#<>\\]{4,512})/gi, accept: isLiteralToken },
  { kind: 'bearer-token', group: 1, pattern: /\bbearer[ :]{1,3}([A-Za-z0-9._~+/-]{6,512}={0,2})/gi, accept: (secret) => isLiteralToken(secret) && (/\d/.test(secret) || secret.length >= 24) },
  { kind: 'basic-auth', group: 1, pattern: /\bbasic ([A-Za-z0-9+/]{6,512}={0,2})/gi, accept: decodesToPair },
  { kind: 'url-password', group: 1, pattern: /:\/\/[^\s/:@"'`<>{}]{0,128}:([^\s/@"'`<>]{1,256})@/g, accept: (secret) => !/^[$%<{[]|\{\{/.test(secret) },
  { kind: 'url-secret', group: 2, pattern: new RegExp(String.raw`[?&]((?:[A-Za-z0-9_-]{0,24}(?:${names}|sig|signature|key))|auth|code)=([^&\s"'\x60#<>\\]{4,512})`, 'gi'),
    accept: (secret, match) => isLiteralToken(secret) && (verdictOfName(match[1]!)?.certain === true || looksRandom(plainly(secret))) },
  { kind: 'assigned-secret', group: 3, pattern: new RegExp(String.raw`(${names}[A-Za-z0-9_]{0,16})\\?["'\x60\]]{0,3}\s{0,4}(?:=>|:=|[:=,(])\s{0,4}${wrapper}\\?(["'\x60])((?:(?!\\?\2)[^\n]){4,4096}?)\\?\2`, 'gi'),
    // what stands between two literals that are joined: 'Authorization: ' + token + '\\n'
    accept: (secret, match) => nameAccepts(match) && isLiteralToken(secret) && !/^\s{0,3}\+\s|\s\+\s{0,3}$/.test(secret) && !/^(?:string|text|header|query|body|json|bearer|basic)$/i.test(secret) },
  // short names of variables and fields, which count only as whole words: `pw`, `db_pass`, `smtpPwd`
  { kind: 'assigned-secret', group: 3, pattern: new RegExp(String.raw`(?<![A-Za-z0-9])((?:[A-Za-z0-9]{1,24}_)?(?:[pP][wW]|[pP][wW][dD]|[pP][aA][sS][sS])|[a-z][A-Za-z0-9]{0,24}(?:Pw|Pwd|PW|PWD|Pass))\\?["'\x60\]]{0,3}\s{0,4}(?::=|[:=])\s{0,4}${wrapper}\\?(["'\x60])((?:(?!\\?\2)[^\n]){4,512}?)\\?\2`, 'g'),
    accept: (secret, match) => isPassword(secret, match[1]!) },
  // what code falls back to: `env.get("KEY") || "literal"`
  { kind: 'assigned-secret', group: 3, pattern: new RegExp(String.raw`(${names}[A-Za-z0-9_]{0,16})\s{0,4}[:=]\s{0,4}[^;\n"'\x60]{0,60}(?:["'][^;\n"'\x60]{0,60}["'][^;\n"'\x60]{0,20})?(?:\|\||\?\?)\s{0,4}(["'\x60])((?:(?!\2)[^\n]){4,512}?)\2`, 'gi'),
    accept: (secret, match) => nameAccepts(match) && isLiteralToken(secret) },
  { kind: 'assigned-secret', group: 2, pattern: new RegExp(String.raw`(?<![A-Za-z0-9])((?:x-)?[a-z-]{0,24}${names})"?: {0,2}(?:bearer |token |basic )?([A-Za-z0-9._~+/=-]{6,512})`, 'gi'),
    accept: (secret, match) => nameAccepts(match) && isLiteralToken(secret) && /\d/.test(secret) && /[A-Za-z]/.test(secret) },
  { kind: 'assigned-secret', group: 2, pattern: /(?:^|[\s;&|"'])(?:export )?([A-Z][A-Z0-9_]{2,48})=([^\s"';&|$`]{4,512})/gm, accept: (secret, match) => nameAccepts(match) && isLiteralToken(secret) },
  // a form body or a settings file: `password=hunter22&user=bob`, `api_key=abcd1234` on a line of its own
  { kind: 'assigned-secret', group: 2, pattern: new RegExp(String.raw`(?:^|[\s"'])([a-z_-]{0,24}${names})=([^\s"'\x60;&|$()<>{}[\]\\]{6,512})(?=&|["']?$)`, 'gim'),
    accept: (secret, match) => nameAccepts(match) && isLiteralToken(secret) && /\d/.test(secret) && /[A-Za-z]/.test(secret) },
  { kind: 'connection-string', group: 2, pattern: /(?:^|;)\s{0,3}([A-Za-z ]{3,24})=([^;"'\s]{3,512})(?=;|$)/g, accept: (secret, match) => nameAccepts(match) && isLiteralToken(secret) },
  { kind: 'command-line', group: 2, pattern: /--?((?:[a-z-]{0,16})(?:password|passwd|token|secret|api-?key))[= ]["']?([^\s"'-][^\s"']{3,512})/gi, accept: (secret, match) => nameAccepts(match) && isLiteralToken(secret) },
  { kind: 'command-line', group: 1, pattern: /(?:\s-u|--user)[= ]?["']?[^\s:"']{1,64}:([^\s"'@]{3,256})/g, accept: isLiteralToken },
  // mysql and its kin take the password right behind -p; -P is a port
  { kind: 'command-line', group: 1, pattern: /\b(?:mysql|mariadb|sshpass|7z)[a-z-]{0,12}(?=\s)[^\n;|&]{0,200}?\s-p["']?([^\s"'$`<>{}]{3,256})/g, accept: isLiteralToken },
  { kind: 'assigned-secret', group: 1, pattern: /(?<=^|\\[nrt]|[^A-Za-z0-9_-])X-(?:[a-z]{1,16}-){0,3}(?:auth|api-?key|key|token|secret|password|signature)(?:-[a-z]{1,16}){0,2}: {0,4}(?:(?:bearer|token|basic|apikey) )?([^\s"'`,;\\$<>{}]{6,512})/gi, accept: isHeaderValue },
];

/**
 * Where two detectors see parts of one secret, all of it goes, under the kind that the earlier one of the list gives: a password that
 * begins like a maker's key must not leave its end behind. The word before a token (`Bearer`) is no part of it.
 */
function include(found: Ranked[], secret: Ranked, text: string): void {
  const at = firstEndingAfter(found, secret.start);
  let after = at;
  while (after < found.length && found[after]!.start < secret.end) after += 1;
  if (after === at) return void found.splice(at, 0, secret);
  const others = found.slice(at, after);
  const first = others.reduce((one, other) => (other.rank < one.rank ? other : one));
  const start = Math.min(secret.start, others[0]!.start);
  const end = Math.max(secret.end, others.at(-1)!.end);
  if (others.length === 1 && first.end === end && /^(?:[a-z]{1,12} )?$/i.test(text.slice(start, first.start))) return;
  found.splice(at, others.length, { start, end, kind: first.kind, rank: first.rank });
}

/** `found` is in order and without overlaps: a text full of secrets must not cost the square of their number. */
function firstEndingAfter(found: readonly Ranked[], position: number): number {
  let [low, high] = [0, found.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (found[middle]!.end > position) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Secrets in `text`, in order, without overlaps. */
export function findSecrets(text: string): FoundSecret[] {
  return text.length < 6 || !mayHoldSecret(text) ? [] : detected(text);
}

function detected(text: string): FoundSecret[] {
  const found: Ranked[] = [];
  for (const [rank, { pattern, group, kind, accept }] of DETECTORS.entries()) {
    pattern.lastIndex = 0;
    for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
      const secret = match[group];
      if (match[0] === '') pattern.lastIndex += 1;
      if (secret === undefined || secret === '' || (accept && !accept(secret, match))) continue;
      const start = match.index + (group === 0 ? 0 : match[0].lastIndexOf(secret));
      include(found, { start, end: start + secret.length, kind, rank }, text);
    }
  }
  if (found.length === 0) noteHarmless(text);
  return found;
}
