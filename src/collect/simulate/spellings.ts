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

/** Each as it would stand in a text of JSON. */
export function spellingsOf(secret: string): string[] {
  const text = bare(secret);
  const percent = encodeURIComponent(text);
  const plain = [text, percent, percent.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()), percent.replaceAll('%20', '+'), encodeURIComponent(percent), inMarkup(text), escaped(text), Buffer.from(text, 'utf8').toString('hex')];
  // a secret of which only the beginning was taken out still opens doors
  const end = text.length >= 24 && !/\s/.test(text) ? [text.slice(-12)] : [];
  return [...new Set([...plain, ...base64Cores(text), ...end].map(escaped).filter((each) => each.length >= 6))];
}

/** The first spelling of the secret that stands in the text of JSON. */
export function spelledIn(text: string, secret: string): string | undefined {
  return spellingsOf(secret).find((spelling) => text.includes(spelling));
}
