/**
 * How secrets look: keys of known makers, passwords in addresses, connection strings and command lines, assignments in code. Owns the
 * patterns. All are bounded or start at a fixed word, so that a hostile text costs linear time. A new word needs its entry in first-look.ts.
 */
import { CAPABILITY_ADDRESSES } from './capability-addresses.js';
import { WRITTEN_OTHERWISE } from './written-otherwise.js';
import type { Detector } from './detector.js';
import { isLiteralToken, looksRandom } from './literals.js';
import { verdictOfName } from './names.js';

const MAKERS = [
  String.raw`sk-[A-Za-z0-9_-]{8,}`, String.raw`(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{8,}`, String.raw`whsec_[A-Za-z0-9+/=]{8,}`, String.raw`gh[pousr]_[A-Za-z0-9]{12,}`,
  String.raw`github_pat_[A-Za-z0-9_]{16,}`, String.raw`gl(?:pat|ptt|dt|rt|soat)-[A-Za-z0-9_-]{12,}`, String.raw`xox[abeoprs]-[A-Za-z0-9-]{8,}`, String.raw`xapp-[A-Za-z0-9-]{8,}`,
  String.raw`AIza[0-9A-Za-z_-]{30,}`, String.raw`ya29\.[0-9A-Za-z_-]{16,}`, String.raw`GOCSPX-[A-Za-z0-9_-]{12,}`, String.raw`npm_[A-Za-z0-9]{30,}`, String.raw`SG\.[A-Za-z0-9_-]{12,}\.[A-Za-z0-9_-]{12,}`,
  String.raw`hf_[A-Za-z0-9]{16,}`, String.raw`shp(?:at|ca|pa|ss)_[0-9a-fA-F]{16,}`, String.raw`do[opr]_v1_[0-9a-f]{16,}`, String.raw`pat[A-Za-z0-9]{14}\.[0-9a-f]{32,}`, String.raw`lin_api_[A-Za-z0-9]{12,}`,
  String.raw`gsk_[A-Za-z0-9]{16,}`, String.raw`xai-[A-Za-z0-9]{16,}`, String.raw`pplx-[A-Za-z0-9]{16,}`, String.raw`r8_[A-Za-z0-9]{16,}`, String.raw`ntn_[A-Za-z0-9]{16,}`, String.raw`secret_[A-Za-z0-9]{24,}`,
  String.raw`tvly-[A-Za-z0-9-]{12,}`, String.raw`dapi[0-9a-f]{32}`, String.raw`sq0[a-z]{3}-[A-Za-z0-9_-]{16,}`, String.raw`EAA[A-Za-z0-9]{40,}`, String.raw`key-[0-9a-f]{32}`, String.raw`n8n_api_[A-Za-z0-9]{12,}`,
  String.raw`hvs\.[A-Za-z0-9_-]{24,}`, String.raw`pypi-AgE[A-Za-z0-9_-]{24,}`, String.raw`dckr_pat_[A-Za-z0-9_-]{20,}`, String.raw`PMAK-[0-9a-f]{24}-[0-9a-f]{34}`, String.raw`ATATT3[A-Za-z0-9_=-]{24,}`, String.raw`sbp_[0-9a-f]{40}`,
  String.raw`figd_[A-Za-z0-9_-]{20,}`, String.raw`xkeysib-[0-9a-f]{32,}[A-Za-z0-9-]*`, String.raw`AGE-SECRET-KEY-1[0-9A-Z]{50,}`, String.raw`rubygems_[0-9a-f]{40,}`,
];
const MAKERS_NEAR = [
  'sk-', 'sk_', 'rk_', 'whsec_', 'ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_', 'github_pat_', 'glpat-', 'glptt-', 'gldt-', 'glrt-', 'glsoat-', 'xox', 'xapp-', 'aiza', 'ya29.', 'gocspx-', 'npm_', 'sg.', 'hf_', 'shpat_', 'shpca_', 'shppa_', 'shpss_', '_v1_', 'pat',
  'lin_api_', 'gsk_', 'xai-', 'pplx-', 'r8_', 'ntn_', 'secret_', 'tvly-', 'dapi', 'sq0', 'eaa', 'key-', 'n8n_api_', 'hvs.', 'pypi-', 'pmak-', 'atatt3', 'sbp_', 'figd_', 'xkeysib-', 'rubygems_',
];
const NAMES = String.raw`(?:password|passwd|passwort|passphrase|pwd|secret|token|api[ _-]?key|access[_-]?key|private[_-]?key|signing[_-]?key|account[_-]?key|auth[_-]?key|authorization|bearer|jwt|cookie)`;
const NAMES_NEAR = ['passw', 'passphrase', 'pwd', 'secret', 'token', 'key', 'authorization', 'bearer', 'jwt', 'cookie'];

/** Calls that give back what they are given, so that a literal in them is the value: `String('...')`. Others only look something up. */
const WRAPPER = String.raw`(?:(?:new )?(?:String|Buffer\.from|btoa|atob|encodeURIComponent|JSON\.stringify|TextEncoder\(\)\.encode)\(\s{0,4})?`;
const DATABASES = String.raw`(?:postgres(?:ql)?|mysqlx?|mariadb|mongodb|amqps?|rediss?|mssql|sqlserver|oracle|clickhouse|ldaps?|smtps?|imaps?|ftps?|sftp|mqtts?|nats|couchbases?|neo4j|bolt|influxdb)(?:\+[a-z0-9]{1,12})?`;

/** `X-Auth: word` can be prose about the header; a value is mixed or long. */
function isHeaderValue(text: string): boolean {
  return isLiteralToken(text) && !/^[a-z][a-zA-Z0-9]*(?:[.[(][a-zA-Z]|\()/.test(text) && (/\d/.test(text) || text.length >= 16 || (text.length >= 8 && /[A-Z]/.test(text.slice(1))));
}
/** `pwd` is also the working folder, `pass` also the word for a test that went well. */
function isPassword(text: string, name: string): boolean {
  return isLiteralToken(text) && !/^[./~]|^[A-Za-z]:[\\/]|\s/.test(text) && (!/pass$/i.test(name) || /[^A-Za-z_-]/.test(text));
}
function decodesToPair(text: string): boolean {
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text) && /^[\x20-\x7e\x80-\xff]*:[\x20-\x7e\x80-\xff]*$/.test(Buffer.from(text, 'base64').toString('latin1'));
}
/** Percent-encoded signs hide that a value is random. */
function plainly(text: string): string {
  return text.replaceAll(/%(?:2[bf]|3d)/gi, '=');
}
function nameAccepts(match: RegExpExecArray): boolean {
  return verdictOfName(match[1]!.replaceAll(' ', '_'))?.certain === true;
}
function isMixed(text: string): boolean {
  return /\d/.test(text) && /[A-Za-z]/.test(text);
}
/** `token: "the one of the day"`: words. A passphrase is of words too. */
function isProse(text: string, name: string): boolean {
  return !/pass|pwd/i.test(name) && /^[A-Za-z]+(?: [A-Za-z]+){2,}[.!?]?$/.test(text);
}
/** `theme=dark; path=/` signs nobody in. */
function holdsSession(cookies: string): boolean {
  const pairs = cookies.slice(0, 4096).split(';').map((pair) => /^\s*([^=]{1,64})=(.*)$/.exec(pair));
  return pairs.some((pair) => pair !== null && isLiteralToken(pair[2]!) && (looksRandom(plainly(pair[2]!)) || /sess|sid|auth|token|jwt|[cx]srf|remember|login/i.test(pair[1]!)));
}
/** `-u 1000:1000` and `-u node:node` name a user and a group. */
function isUserPassword(secret: string, user: string): boolean {
  return isLiteralToken(secret) && secret !== user && !(/^\d+$/.test(secret) && /^\d+$/.test(user));
}
/** Other parts of a connection string stand beside it. */
function inConnectionString({ input, index, 0: found }: RegExpExecArray): boolean {
  return /(?:^|[;"'`\s])(?:server|data source|host(?:name)?|user(?: ?id|name)?|uid|endpoint|account ?(?:name|endpoint)|database(?: ?name)?|dbname|initial catalog|driver|provider|defaultendpointsprotocol|sharedaccesskeyname|port|sslmode)=/i
    .test(`${input.slice(Math.max(0, index - 300), index)};${input.slice(index + found.length, index + found.length + 300)}`);
}

export const DETECTORS: readonly Detector[] = [
  { kind: 'private-key', group: 0, near: ['-----begin'], pattern: /-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----|$)/g },
  { kind: 'private-key', group: 0, near: ['putty-user-key'], pattern: /PuTTY-User-Key-File-\d:[\s\S]*?(?:Private-MAC: ?[0-9a-f]{1,128}|$)/g },
  { kind: 'jwt', group: 0, near: ['eyj'], pattern: /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*)?/g },
  { kind: 'aws-access-key', group: 0, near: ['akia', 'asia'], pattern: /\b(?:AKIA|ASIA)[0-9A-Z]{12,20}\b/g },
  { kind: 'api-key', group: 0, near: MAKERS_NEAR, pattern: new RegExp(String.raw`(?<![A-Za-z0-9_-])(?:${MAKERS.join('|')})`, 'g') },
  { kind: 'bot-token', group: 0, near: [':'], pattern: /(?<!\d)\d{8,10}:[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])/g },
  ...CAPABILITY_ADDRESSES.map(({ near, pattern }): Detector => ({ kind: 'webhook-url', group: 1, near, pattern })),
  { kind: 'url-secret', group: 1, near: ['sig='], pattern: /[?&#]sig=([^&\s"'\x60#<>\\]{4,512})/gi, accept: isLiteralToken },
  { kind: 'bearer-token', group: 1, near: ['bearer'], pattern: /\bbearer[ :]{1,3}([A-Za-z0-9._~+/-]{6,512}={0,2})/gi, accept: (secret) => isLiteralToken(secret) && (/\d/.test(secret) || secret.length >= 24) },
  { kind: 'basic-auth', group: 1, near: ['basic '], pattern: /\bbasic ([A-Za-z0-9+/]{6,512}={0,2})/gi, accept: decodesToPair },
  // a password may hold a slash or an at, which cuts it for the next one; the last at ends it
  { kind: 'url-password', group: 1, near: ['://'], pattern: new RegExp(String.raw`\b${DATABASES}:\/\/[^\s/:@"'\x60<>{}]{0,128}:([^\s"'\x60<>?,;]{1,256})@`, 'gi'), accept: (secret) => !/^[$%<{[]|\{\{/.test(secret) && !secret.includes('://') },
  { kind: 'url-password', group: 1, near: ['://'], pattern: /:\/\/[^\s/:@"'`<>{}]{0,128}:([^\s/@"'`<>]{1,256})@/g, accept: (secret) => !/^[$%<{[]|\{\{/.test(secret) },
  { kind: 'url-secret', group: 1, near: ['://'], pattern: /:\/\/([A-Za-z0-9_-]{20,256})@(?![^\s/]{0,64}sentry)/g, accept: looksRandom },
  { kind: 'url-password', group: 1, near: ['jdbc:oracle'], pattern: /\bjdbc:oracle:[a-z]{2,12}:[^\s/@"']{1,64}\/([^\s@"'`<>${}]{1,128})@/g },
  { kind: 'url-secret', group: 2, near: ['='], pattern: new RegExp(String.raw`[?&#]((?:[A-Za-z0-9_-]{0,24}(?:${NAMES}|sig|signature|key|session_?id|sessid))|pass|pw|auth|code|appid|sid|ticket)=([^&\s"'\x60#<>\\]{4,512})`, 'gi'),
    accept: (secret, match) => isLiteralToken(secret) && (verdictOfName(match[1]!)?.certain === true || looksRandom(plainly(secret))) },
  { kind: 'pin', group: 1, near: ['pin='], pattern: /[?&]pin=(\d{4,12})(?=[&\s"'#]|$)/gi },
  { kind: 'assigned-secret', group: 3, near: NAMES_NEAR, pattern: new RegExp(String.raw`(${NAMES}[A-Za-z0-9_]{0,16})\\?["'\x60\]]{0,3}\s{0,4}(?:=>|:=|[:=,(])\s{0,4}${WRAPPER}\\?(["'\x60])((?:(?!\\?\2)[^\n]){4,4096}?)\\?\2`, 'gi'),
    // what stands between two literals that are joined: 'Authorization: ' + token + '\\n'
    accept: (secret, match) => nameAccepts(match) && isLiteralToken(secret) && !/^\s{0,3}\+\s|\s\+\s{0,3}$/.test(secret) && !/^(?:string|text|header|query|body|json|bearer|basic)$/i.test(secret.trim()) && !isProse(secret, match[1]!) && (!/cookie$/i.test(match[1]!) || !secret.includes('=') || holdsSession(secret)) },
  // short names of variables and fields, which count only as whole words: `pw`, `db_pass`, `smtpPwd`
  { kind: 'assigned-secret', group: 3, near: ['pw', 'pass'], pattern: new RegExp(String.raw`(?<![A-Za-z0-9])((?:[A-Za-z0-9]{1,24}_)?(?:[pP][wW]|[pP][wW][dD]|[pP][aA][sS][sS])|[a-z][A-Za-z0-9]{0,24}(?:Pw|Pwd|PW|PWD|Pass))\\?["'\x60\]]{0,3}\s{0,4}(?::=|[:=])\s{0,4}${WRAPPER}\\?(["'\x60])((?:(?!\\?\2)[^\n]){4,512}?)\\?\2`, 'g'),
    accept: (secret, match) => isPassword(secret, match[1]!) },
  { kind: 'pin', group: 2, near: ['pin'], pattern: /(?:(?<![A-Za-z])(?:pin|PIN)|(?<=[a-z])Pin)\\?["'\]]{0,2}\s{0,3}(?:=>|:=|[:=])\s{0,3}\\?(["'`])(\d{4,12})\\?\1/g },
  // user and password side by side: `auth=("user", "...")` of Python, `.login("user", "...")`
  { kind: 'assigned-secret', group: 4, near: ['auth', 'login', 'signin', 'credential'], pattern: /(?:auth|authenticate|login|signin|credentials?)(["']?\s{0,3}[=:]\s{0,3}(?:[A-Za-z_.]{1,40})?\s{0,2}[([]|\s{0,2}\()\s{0,4}(["'`])[^"'`\n]{0,128}\2\s{0,4},\s{0,4}(["'`])([^"'`\n]{4,256})\3/gi,
    accept: (secret, match) => isLiteralToken(secret) && (/^\s*=.*\($/.test(match[1]!) || /[^A-Za-z_ -]/.test(secret)) },
  // what code falls back to: `env.get("KEY") || "literal"`
  { kind: 'assigned-secret', group: 3, near: ['||', '??'], pattern: new RegExp(String.raw`(${NAMES}[A-Za-z0-9_]{0,16})\s{0,4}[:=]\s{0,4}[^;\n"'\x60]{0,60}(?:["'][^;\n"'\x60]{0,60}["'][^;\n"'\x60]{0,20})?(?:\|\||\?\?)\s{0,4}(["'\x60])((?:(?!\2)[^\n]){4,512}?)\2`, 'gi'),
    accept: (secret, match) => nameAccepts(match) && isLiteralToken(secret) },
  { kind: 'assigned-secret', group: 2, near: [':'], pattern: new RegExp(String.raw`(?<![A-Za-z0-9])((?:x-)?[a-z-]{0,24}${NAMES})"?: {0,2}(?:bearer |token |basic )?([A-Za-z0-9._~+/=-]{6,512})`, 'gi'),
    accept: (secret, match) => nameAccepts(match) && isLiteralToken(secret) && isMixed(secret) && (!/cookie$/i.test(match[1]!) || !secret.includes('=') || holdsSession(secret)) },
  { kind: 'cookie', group: 1, near: ['set-cookie'], pattern: /\bset-cookie["']?\s{0,2}[:=,]\s{0,2}["']?[^\s"';=,]{1,64}=([^;\s"'`]{8,4096})/gi, accept: (secret) => looksRandom(plainly(secret)) },
  { kind: 'cookie', group: 1, near: ['cookie'], pattern: /(?<!set-)\bcookie["']?\s{0,2}[:=,]\s{0,2}["']?([^\s"';=,]{1,64}=[^\n"'`\\]{1,4096})/gi, accept: holdsSession },
  { kind: 'assigned-secret', group: 2, near: ['='], pattern: /(?:^|[\s;&|"'])(?:export )?([A-Z][A-Z0-9_]{2,48})=([^\s"';&|$`]{4,512})/gm, accept: (secret, match) => nameAccepts(match) && isLiteralToken(secret) },
  // a form body or a settings file: `password=hunter22&user=bob`, `api_key=abcd1234` on a line of its own
  { kind: 'assigned-secret', group: 2, near: ['='], pattern: new RegExp(String.raw`(?:^|[\s"'])([a-z_-]{0,24}${NAMES})=([^\s"'\x60;&|$()<>{}[\]\\]{4,512})(?=&([\w.%-]{1,64}=)?|["']?$)`, 'gim'),
    accept: (secret, match) => nameAccepts(match) && isLiteralToken(secret) && (match[3] !== undefined || (secret.length >= 6 && isMixed(secret))) },
  { kind: 'connection-string', group: 2, near: [';'], pattern: /(?:^|;)\s{0,3}([A-Za-z ]{3,24})=([^;"'\s&]{3,512})(?=;|$)/g, accept: (secret, match) => nameAccepts(match) && isLiteralToken(secret) },
  // with spaces, in quotes of code, or of keywords: where other parts stand beside it
  { kind: 'connection-string', group: 1, near: ['password=', 'pwd=', 'key=', 'secret=', 'passphrase='], pattern: /(?:password|pwd|accountkey|sharedaccesskey|access ?key|(?:client ?|shared)?secret(?: ?key)?|apikey|passphrase)=(?:\{([^}\n]{3,256})\})/gi, accept: (_secret, match) => inConnectionString(match) },
  { kind: 'connection-string', group: 1, near: ['password=', 'pwd=', 'key=', 'secret=', 'passphrase='], pattern: /(?:password|pwd|accountkey|sharedaccesskey|access ?key|(?:client ?|shared)?secret(?: ?key)?|apikey|passphrase)=([^;"'`\s{}$&][^;"'`\n{}&]{2,511}?)(?=;|["'`\n]|\s+[a-z_]{2,20}=|$)/gi,
    accept: (secret, match) => isLiteralToken(secret) && inConnectionString(match) },
  { kind: 'command-line', group: 2, near: ['passw', 'token', 'secret', 'key'], pattern: /(?<![A-Za-z0-9])--?((?:[a-z-]{0,16})(?:password|passwd|token|secret|api-?key))[= ]["']?([^\s"'-][^\s"']{3,512})/gi, accept: (secret, match) => nameAccepts(match) && isLiteralToken(secret) },
  { kind: 'command-line', group: 2, near: ['-u', '--user'], pattern: /(?:(?:^|\s)-u|--user)[= ]?([^\s:"']{1,64}):([^\s"'@]{3,256})/g, accept: (secret, match) => isUserPassword(secret, match[1]!) },
  { kind: 'command-line', group: 3, near: ['-u', '--user'], pattern: /(?:(?:^|[\s"'])-u|--user)["']?[=, ]{0,3}(["'])([^\s:"']{1,64}):([^"'\n]{3,256})\1/g, accept: (secret, match) => isUserPassword(secret, match[2]!) },
  // mysql and its kin take the password right behind -p; -P is a port
  { kind: 'command-line', group: 1, near: ['mysql', 'mariadb', 'sshpass', '7z'], pattern: /\b(?:mysql|mariadb|sshpass|7z)[a-z-]{0,12}(?=\s)[^\n;|&]{0,200}?\s-p["']?([^\s"'$`<>{}]{3,256})/g, accept: isLiteralToken },
  { kind: 'assigned-secret', group: 1, near: ['x-'], pattern: /(?<=^|\\[nrt]|[^A-Za-z0-9_-])X-(?:[a-z]{1,16}-){0,3}(?:auth|api-?key|key|token|secret|password|signature)(?:-[a-z]{1,16}){0,2}: {0,4}(?:(?:bearer|token|basic|apikey) )?([^\s"'`,;\\$<>{}]{6,512})/gi, accept: isHeaderValue },
  ...WRITTEN_OTHERWISE,
];
