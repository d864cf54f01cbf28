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
const TELLING = /(?:^|[^a-z])(?:key|auth|credential|credentials|signature|sig|seed|salt|hash|session|sid|code|access)$/i;

export type NameVerdict = { readonly kind: string; readonly certain: boolean } | null;
const cache = new Map<string, NameVerdict>();
const CACHE_LIMIT = 5_000;

function separated(name: string): string {
  // an accent is no part of a letter here: contraseña, clé
  return name.normalize('NFD').replaceAll(/[\u0300-\u036f]/g, '').replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
}

function judgeName(name: string): NameVerdict {
  const words = separated(name);
  const plain = words.replaceAll(/[^a-z0-9]/g, '').replace(/\d+$/, '');
  if (plain === '' || HARMLESS.test(plain) || plain.endsWith('publickey')) return null;
  const lastWord = words.replace(/[^a-z]+$/, '').split(/[^a-z0-9]+/).at(-1) ?? '';
  for (const [suffix, kind] of KINDS) {
    if (!plain.endsWith(suffix)) continue;
    if (!WHOLE_WORD.has(suffix) || lastWord === suffix) return { kind, certain: true };
  }
  // a PIN is known by its digits: pins of boards and of messages have the name too
  if (lastWord === 'pin') return { kind: 'pin', certain: false };
  return TELLING.test(words) ? { kind: 'high-entropy', certain: false } : null;
}

/** `certain`: any literal under this name is a secret. Otherwise only one that looks random, or like a PIN. */
export function verdictOfName(name: string): NameVerdict {
  const known = cache.get(name);
  if (known !== undefined) return known;
  const verdict = name.length > 80 ? null : judgeName(name);
  if (cache.size < CACHE_LIMIT) cache.set(name, verdict);
  return verdict;
}
