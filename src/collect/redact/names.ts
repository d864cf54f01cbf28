/** Which key names tell that their value is a secret. Owns the vocabulary. Knows no platform. */

const KINDS: readonly (readonly [suffix: string, kind: string])[] = [
  ['password', 'password'], ['passwd', 'password'], ['passwort', 'password'], ['passphrase', 'password'], ['kennwort', 'password'], ['motdepasse', 'password'], ['contrasena', 'password'], ['pwd', 'password'], ['passcode', 'password'], ['pw', 'password'],
  ['wachtwoord', 'password'], ['senha', 'password'], ['haslo', 'password'], ['heslo', 'password'], ['losenord', 'password'],
  // no `password`: a number under this name is more often a count of tests
  ['pass', 'secret'],
  ['clientsecret', 'client-secret'], ['secret', 'secret'], ['secrettoken', 'secret'], ['secretkey', 'secret'], ['signingkey', 'signing-key'], ['encryptionkey', 'encryption-key'],
  ['hmackey', 'signing-key'], ['accountkey', 'api-key'], ['sharedaccesskey', 'api-key'], ['subscriptionkey', 'api-key'], ['functionskey', 'api-key'],
  ['privatekey', 'private-key'], ['sshkey', 'private-key'], ['apikey', 'api-key'], ['accesskey', 'api-key'], ['secretaccesskey', 'api-key'], ['authkey', 'api-key'],
  ['apitoken', 'token'], ['token', 'token'], ['jwt', 'token'], ['bearer', 'token'], ['pat', 'token'], ['authorization', 'authorization'], ['proxyauthorization', 'authorization'],
  ['cookie', 'cookie'], ['connectionstring', 'connection-string'], ['dsn', 'connection-string'], ['keydata', 'private-key'], ['credentialsecret', 'secret'],
  ['geheimnis', 'secret'], ['clavesecreta', 'secret'], ['apischlussel', 'api-key'], ['apischluessel', 'api-key'], ['cleapi', 'api-key'],
];
/** Words before the suffix that make it harmless: paging tokens, counters, anti-forgery field names. */
const HARMLESS = /^(?:next|prev|previous|page|paging|nextpage|pagination|continuation|cursor|sync|nextsync|pagesync|max|min|total|input|output|prompt|completion|stop|eos|bos|pad|unk|mask|is|has|use|show|send|with|no|need|require|requires|hide|forgot|reset)(?:password|secret|token|apikey|cookie)s?$/;
/** A short word such as `pat` counts only when it stands alone or after a separator. */
const WHOLE_WORD = new Set(['pat', 'jwt', 'pwd', 'pw', 'pass', 'dsn', 'bearer']);
/** Names under which only a value that looks random is a secret. */
const TELLING_WORDS = ['key', 'auth', 'credential', 'credentials', 'signature', 'sig', 'seed', 'salt', 'hash', 'session', 'sid', 'code', 'access'];
const TELLING = new RegExp(`(?:^|[^a-z])(?:${TELLING_WORDS.join('|')})$`, 'i');
const PIN = 'pin';

export type NameVerdict = { readonly kind: string; readonly certain: boolean } | null;
const cache = new Map<string, NameVerdict>();
const CACHE_LIMIT = 5_000;

function separated(name: string): string {
  // an accent is no part of a letter here: contraseña, clé
  return name.normalize('NFD').replaceAll(/[\u0300-\u036f]/g, '').replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
}

/** By the last two letters of all words that tell anything. */
const ENDS = new Uint8Array(26 * 26);
for (const word of [...KINDS.map(([suffix]) => suffix), ...TELLING_WORDS, PIN]) ENDS[(word.charCodeAt(word.length - 2) - 97) * 26 + word.charCodeAt(word.length - 1) - 97] = 1;

/** false = its last two letters are those of no word that tells anything; digits and signs behind and between do not count. */
function mayTell(name: string): boolean {
  let last = -1;
  for (let at = name.length - 1; at >= 0; at -= 1) {
    const code = name.charCodeAt(at);
    if (code > 127) return true;
    const letter = (code | 32) - 97;
    if (letter < 0 || letter > 25) {
      if (last !== -1 && code >= 48 && code <= 57) return false;
    } else if (last !== -1) return ENDS[letter * 26 + last] === 1;
    else last = letter;
  }
  return false;
}

export function judgeName(name: string): NameVerdict {
  const words = separated(name);
  const plain = words.replaceAll(/[^a-z0-9]/g, '').replace(/\d+$/, '');
  if (plain === '' || HARMLESS.test(plain) || plain.endsWith('publickey')) return null;
  const lastWord = words.replace(/[^a-z]+$/, '').split(/[^a-z0-9]+/).at(-1) ?? '';
  for (const [suffix, kind] of KINDS) {
    if (!plain.endsWith(suffix)) continue;
    if (!WHOLE_WORD.has(suffix) || lastWord === suffix) return { kind, certain: true };
  }
  // a PIN is known by its digits: pins of boards and of messages have the name too
  if (lastWord === PIN) return { kind: 'pin', certain: false };
  return TELLING.test(words) ? { kind: 'high-entropy', certain: false } : null;
}

/** `certain`: any literal under this name is a secret. Otherwise only one that looks random, or like a PIN. */
export function verdictOfName(name: string): NameVerdict {
  if (name.length > 80 || !mayTell(name)) return null;
  const known = cache.get(name);
  if (known !== undefined) return known;
  const verdict = judgeName(name);
  if (cache.size >= CACHE_LIMIT) cache.clear();
  cache.set(name, verdict);
  return verdict;
}
