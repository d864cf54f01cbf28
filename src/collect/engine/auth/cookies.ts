/** The cookies of one sign-in: name and value only, sent back to the host that set them. Owns reading Set-Cookie. */
import type { DoorAnswer } from '../../http/door.js';

export type Cookies = ReadonlyMap<string, string>;

/** What an answer sets, over what was there; an empty value or an age of 0 takes a cookie away. */
export function cookiesOf(answer: Pick<DoorAnswer, 'cookies'>, before: Cookies): Cookies {
  const cookies = new Map(before);
  for (const line of answer.cookies ?? []) {
    const [pair = '', ...attributes] = line.split(';');
    const at = pair.indexOf('=');
    const name = pair.slice(0, at).trim();
    const value = pair.slice(at + 1).trim();
    if (at < 1 || /[^\x21-\x7e]/.test(name + value)) continue;
    if (value === '' || attributes.some((each) => /^\s*max-age\s*=\s*(?:0|-\d+)\s*$/i.test(each))) cookies.delete(name);
    else cookies.set(name, value);
  }
  return cookies;
}

export function cookieHeader(cookies: Cookies): string {
  return [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
}
