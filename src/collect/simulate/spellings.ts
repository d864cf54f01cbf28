/** The spellings in which a secret could come through: as it is, or encoded by whatever it went through. Owns the list. Pure. */

function base64Cores(text: string): string[] {
  // the letters depend on where in three bytes the secret begins; those at the edges depend on its neighbours
  return [0, 1, 2].flatMap((before) => {
    const whole = Buffer.from(' '.repeat(before) + text, 'utf8').toString('base64').replace(/=+$/, '');
    const core = whole.slice(before === 0 ? 0 : before + 1, -2);
    return core.length < 8 ? [] : [core, core.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

const escaped = (text: string): string => JSON.stringify(text).slice(1, -1);
const inMarkup = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** `Bearer abc`, `user:abc`: the part that is secret. */
function bare(secret: string): string {
  return secret.replace(/^(?:Bearer|Basic|Token|ApiKey) +/i, '');
}

/** Not those of which only a part is the secret's own. */
function wholeSpellings(text: string): string[] {
  const percent = encodeURIComponent(text);
  return [text, percent, percent.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()), percent.replaceAll('%20', '+'), encodeURIComponent(percent), inMarkup(text), escaped(text), Buffer.from(text, 'utf8').toString('hex')];
}

/** Each as it would stand in a text of JSON. */
export function spellingsOf(secret: string): string[] {
  const text = bare(secret);
  const plain = wholeSpellings(text);
  // a secret of which only the beginning was taken out still opens doors
  const end = text.length >= 24 && !/\s/.test(text) ? [text.slice(-12)] : [];
  return [...new Set([...plain, ...base64Cores(text), ...end].map(escaped).filter((each) => each.length >= 6))];
}

/** The first spelling of the secret that stands in the text of JSON. */
export function spelledIn(text: string, secret: string): string | undefined {
  return spellingsOf(secret).find((spelling) => text.includes(spelling));
}

const isPartOfWord = (character: string | undefined): boolean => character !== undefined && /[A-Za-z0-9]/.test(character);

/** `\nabc` in a text of JSON is the word abc. */
function beginsWord(text: string, at: number): boolean {
  return !isPartOfWord(text[at - 1]) || (text[at - 2] === '\\' && /[bfnrt]/.test(text[at - 1]!));
}

/** A short secret, such as 1234, stands within longer words and numbers by chance. */
const SHORT = 8;

/** Where the spelling stands in the text, from the index on; -1 = nowhere. */
export function indexOfSpelling(text: string, spelling: string, from = 0): number {
  let at = text.indexOf(spelling, from);
  while (at !== -1 && spelling.length < SHORT && !(beginsWord(text, at) && !isPartOfWord(text[at + spelling.length]))) at = text.indexOf(spelling, at + 1);
  return at;
}

function replaced(text: string, old: string, value: string): string {
  let [result, from] = ['', 0];
  for (let at = indexOfSpelling(text, old); at !== -1; at = indexOfSpelling(text, old, from)) {
    result += text.slice(from, at) + value;
    from = at + old.length;
  }
  return from === 0 ? text : result + text.slice(from);
}

/** The text with the other value in the place of the secret, in each spelling, also as they stand in a text of JSON. */
export function replaceSpelled(text: string, secret: string, other: string): string {
  const [olds, news] = [[secret, ...wholeSpellings(secret), ...base64Cores(secret)], [other, ...wholeSpellings(other), ...base64Cores(other)]];
  return olds.reduce((result, old, index) => {
    const value = news[index];
    if (value === undefined || old.length < 4) return result;
    return replaced(replaced(replaced(result, old, value), escaped(old), escaped(value)), escaped(escaped(old)), escaped(escaped(value)));
  }, text);
}
