/**
 * How secrets look where they are written in another way: as XML, on lines of settings, in SQL, put together out of two literals, or
 * encoded for a page, an address or in base64. Owns these patterns. All are bounded, so that a hostile text costs linear time.
 */
import type { Detector } from './detector.js';
import { isLiteralToken, looksRandom } from './literals.js';
import { verdictOfName } from './names.js';

const NAME = String.raw`[A-Za-z0-9_.-]{0,24}(?:password|passwd|passwort|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|signing[_-]?key|account[_-]?key|authorization)`;
const NAMES_NEAR = ['passw', 'passphrase', 'pwd', 'secret', 'token', 'key', 'authorization'];
/** What joins two texts: of JavaScript, Excel and FileMaker, PHP, SQL, Lua, Elixir, Twig; a comma in a call. */
const JOINS = String.raw`(?:&{1,2}|\+|\.{1,2}|\|\||<>|~|\^|,)`;

function isNamed(name: string): boolean {
  return verdictOfName(name.split(/[.:]/).at(-1)!)?.certain === true;
}
function isMixed(text: string): boolean {
  return /\d/.test(text) && /[A-Za-z]/.test(text);
}
/** Words about a secret, or the name of a field. */
function isWords(text: string): boolean {
  return /^[A-Za-z]+(?:[ ,.]+[A-Za-z]+)+[.!?]?$/.test(text) || (verdictOfName(text) !== null && /^[A-Za-z _-]{1,40}$/.test(text));
}
/** On a line without quotes it may be code: `token = input1`, `secret = config.secret2`. */
function isBareValue(text: string): boolean {
  if (!isLiteralToken(text) || !isMixed(text) || /^[A-Za-z_$][\w$]*\.[A-Za-z_$]/.test(text)) return false;
  return looksRandom(text) || (text.length >= 10 && !/^[a-z]+(?:[A-Z][a-z]+)*\d{1,3}$/.test(text) && verdictOfName(text) === null) || /^(?=.*[^\w.$-])\S{8,}$/.test(text);
}
/** `{"password":"..."}` in base64. */
function holdsNamed(text: string): boolean {
  const plain = Buffer.from(text, 'base64').toString('utf8');
  return [...plain.matchAll(/"([A-Za-z0-9_.-]{2,60})"\s{0,3}:\s{0,3}"([^"\\]{4,512})"/g)].some(([, name, value]) => isNamed(name!) && isLiteralToken(value!) && !isWords(value!));
}

export const WRITTEN_OTHERWISE: readonly Detector[] = [
  // <password>...</password>, <wsse:Password Type="...">...</wsse:Password>, also in CDATA and with its brackets as entities
  { kind: 'assigned-secret', group: 2, near: ['</'], pattern: /<([A-Za-z_][\w.:-]{0,60})(?:\s[^<>]{0,200})?>\s{0,8}(?:<!\[CDATA\[)?([^<>\s][^<>]{2,4094}[^<>\s])\s{0,8}(?:\]\]>)?\s{0,8}<\//g,
    accept: (secret, match) => isNamed(match[1]!) && isLiteralToken(secret) && !isWords(secret) },
  { kind: 'assigned-secret', group: 2, near: ['&lt;/'], pattern: /&lt;([A-Za-z_][\w.:-]{0,60})&gt;\s{0,8}([^&\s]{4,1024})\s{0,8}&lt;\//g, accept: (secret, match) => isNamed(match[1]!) && isLiteralToken(secret) && !isWords(secret) },
  // <add key="ApiSecret" value="..."/>
  { kind: 'assigned-secret', group: 2, near: ['val'], pattern: /\b(?:key|name|id|field|property|param)\s{0,3}=\s{0,3}\\?["']([^"'<>\\\n]{2,80})\\?["'](?:[^<>\n]{0,80}?[\s"'])(?:value|val)\s{0,3}=\s{0,3}\\?["']([^"'<>\\\n]{4,1024})\\?["']/gi,
    accept: (secret, match) => isNamed(match[1]!) && isLiteralToken(secret) && !isWords(secret) },
  { kind: 'assigned-secret', group: 2, near: ['&quot;'], pattern: new RegExp(String.raw`(${NAME})&quot;\s{0,3}[:=]\s{0,3}&quot;([^&\s]{4,512})&quot;`, 'gi'), accept: (secret, match) => isNamed(match[1]!) && isLiteralToken(secret) && !isWords(secret) },
  { kind: 'assigned-secret', group: 2, near: ['%22'], pattern: new RegExp(String.raw`(${NAME})%22(?:%20|\+){0,3}(?:%3a|:)(?:%20|\+){0,3}%22([^%&\s"]{4,512})%22`, 'gi'), accept: (secret, match) => isNamed(match[1]!) && isLiteralToken(secret) && !isWords(secret) },
  // "Bearer " & "...", 'api_key=' + '...'
  { kind: 'bearer-token', group: 1, near: ['bearer', 'basic', 'token', 'apikey'], pattern: new RegExp(String.raw`\b(?:bearer|basic|token|apikey)[ :=]{1,2}\\?["'\x60]\s{0,4}${JOINS}\s{0,4}\\?["'\x60]([^"'\x60\\\s]{6,512})\\?["'\x60]`, 'gi'), accept: (secret) => isLiteralToken(secret) && (isMixed(secret) || secret.length >= 24) },
  { kind: 'assigned-secret', group: 2, near: NAMES_NEAR, pattern: new RegExp(String.raw`(?<![A-Za-z0-9_.-])(${NAME})[=:] {0,2}\\?["'\x60]\s{0,4}${JOINS}\s{0,4}\\?["'\x60]([^"'\x60\\\n]{4,512})\\?["'\x60]`, 'gi'), accept: (secret, match) => isNamed(match[1]!) && isLiteralToken(secret) && !isWords(secret) && /^\S*$/.test(secret) },
  // a line of a settings file with spaces: `secret = ...`
  { kind: 'assigned-secret', group: 2, near: NAMES_NEAR, pattern: new RegExp(String.raw`^[ \t]{0,8}(${NAME})[ \t]{0,8}=[ \t]{0,8}([^\s"'\x60;&|$()<>{}[\],\\]{6,512})[ \t\r]{0,8}(?=$|[#;][^\n]{0,80}$)`, 'gim'), accept: (secret, match) => isNamed(match[1]!) && isBareValue(secret) },
  // a block of YAML
  { kind: 'assigned-secret', group: 2, near: NAMES_NEAR, pattern: new RegExp(String.raw`^[ \t-]{0,40}["']?(${NAME})["']?:[ \t]{0,4}[|>][+-]?[ \t]{0,4}\r?\n[ \t]{1,40}(\S{6,512})[ \t]{0,8}$`, 'gim'), accept: (secret, match) => isNamed(match[1]!) && isLiteralToken(secret) && isMixed(secret) },
  { kind: 'assigned-secret', group: 2, near: ['pw', 'pass'], pattern: /(?<![A-Za-z0-9_.-])(pw|pwd|pass|passcode)[ \t]{0,2}[:=][ \t]{0,3}([^\s"'`;&|$()<>{}[\],\\/~.][^\s"'`;&|$()<>{}[\],\\]{7,128})(?=[\s,;]|$)/gi, accept: isBareValue },
  { kind: 'assigned-secret', group: 1, near: ['пароль', '密码', '密碼'], pattern: /(?:пароль|密码|密碼)\s{0,3}[:=：]\s{0,3}["']?([^\s"',;<>，。]{6,256})/gi, accept: (secret) => isLiteralToken(secret) && isMixed(secret) },
  // SQL: CREATE USER ... IDENTIFIED BY '...', ALTER ROLE ... PASSWORD '...'
  { kind: 'assigned-secret', group: 2, near: ['identified', 'password'], pattern: /\b(?:identified\s{1,8}(?:with\s{1,8}\w{1,32}\s{1,8})?by|(?:encrypted|with|role\s{1,8}[\w"]{1,64}|user\s{1,8}[\w"]{1,64})\s{1,8}password)\s{1,8}(?:password\s{1,8})?(["'])([^"'\s]{4,256})\1/gi, accept: (secret) => isLiteralToken(secret) },
  // .netrc, and tools that are told: `aws configure set aws_secret_access_key ...`
  { kind: 'assigned-secret', group: 1, near: ['login'], pattern: /\blogin\s{1,8}\S{1,64}\s{1,8}password\s{1,8}([^\s"'`]{6,256})/gi, accept: (secret) => isLiteralToken(secret) && isMixed(secret) },
  { kind: 'command-line', group: 2, near: ['set '], pattern: new RegExp(String.raw`\bset[ \t]{1,4}(${NAME})[ \t]{1,4}([^\s"'\x60;&|$()<>{}[\],\\]{8,512})`, 'gi'), accept: (secret, match) => isNamed(match[1]!) && isBareValue(secret) },
  { kind: 'encoded-secret', group: 0, near: ['eyj', 'ewog', 'ewoj'], pattern: /(?<![A-Za-z0-9+/_-])(?:eyJ|ewog|ewoJ)[A-Za-z0-9+/_-]{12,8192}={0,2}(?![A-Za-z0-9+/_.-])/g, accept: holdsNamed },
];
