/**
 * What signs requests in, and for how long. Owns: renewing a token before its end and once after a refusal, one sign-in
 * at a time. Does not own how a token is got (login.ts, oauth2.ts).
 */
import type { JsonValue } from '../../../model/resource.js';

export interface Signed {
  readonly headers: Readonly<Record<string, string>>;
  readonly query: readonly (readonly [string, string])[];
}
export interface Grant {
  readonly signed: Signed;
  /** seconds; null = not told */
  readonly lives: number | null;
  /** the answer of the sign-in, for hosts whose address stands there */
  readonly answer: JsonValue;
}
export interface Signer {
  current(): Promise<Grant>;
  /** after a 401: another grant than the one that was refused, or null where a new one would not help */
  renewed(refused: Grant): Promise<Grant | null>;
  /** a fresh grant was refused too: later refusals are final */
  giveUp(): void;
}

/** A token is renewed when this part of its life is over. */
const SPENT = 0.8;

/** A key does not change while a scan runs. */
export function fixedSigner(signed: Signed): Signer {
  const grant: Grant = { signed, lives: null, answer: null };
  return { current: async () => grant, renewed: async () => null, giveUp: () => undefined };
}

export function tokenSigner(fetchGrant: () => Promise<Grant>, now: () => number = Date.now): Signer {
  let held: { readonly grant: Promise<Grant>; endsAt: number } | null = null;
  let final = false;
  const successors = new WeakMap<Grant, Promise<Grant>>();

  const start = (): Promise<Grant> => {
    const mine = { grant: fetchGrant(), endsAt: Number.POSITIVE_INFINITY };
    held = mine;
    mine.grant.then(
      ({ lives }) => { if (lives !== null) mine.endsAt = now() + lives * 1000 * SPENT; },
      () => { if (held === mine) held = null; },
    );
    return mine.grant;
  };
  const current = (): Promise<Grant> => (held !== null && now() < held.endsAt ? held.grant : start());
  return {
    current,
    async renewed(refused) {
      const other = await current();
      if (other !== refused) return other;
      // of many requests that were refused with the same grant the first one renews it
      const successor = successors.get(refused) ?? (final ? null : start());
      if (successor) successors.set(refused, successor);
      return successor;
    },
    giveUp: () => { final = true; },
  };
}

/** `3600` or `"3600"`; what is no positive number was not told. */
export function secondsOf(value: JsonValue | undefined): number | null {
  const seconds = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
  return typeof seconds === 'number' && seconds > 0 ? seconds : null;
}

export function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}
