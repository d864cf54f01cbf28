/**
 * Asks for a page, and again where what went wrong may pass at once. Owns these short pauses (long ones are the workflow's), and asking
 * for a page while the one before is still being looked into.
 */
import { PlumblineError } from '../../model/errors.js';
import type { CompiledResource } from '../manifest/connector.js';
import { waitUntilStopped } from './pacing.js';
import type { Page } from './pages.js';
import { answerOf, pageOf } from './read-page.js';
import type { OnNext, PageAsked, PageReader } from './read-page.js';

/** Long enough for a restarting proxy, short enough to be waited out here. */
const PAUSES_MS = [500, 2_000];

export type AskReader = PageReader & { readonly signal?: AbortSignal | undefined };

/**
 * A connection that failed or was cut, and a fault of the server's own. Not who let a deadline pass: others wait. Not an answer that
 * came whole and is no document: it will come again.
 */
function mayPass(error: unknown): boolean {
  if (!(error instanceof PlumblineError)) return false;
  if (error.code === 'PLB-COLLECT-005') return error.details['cause'] !== undefined;
  return error.code === 'PLB-COLLECT-014' || (error.code === 'PLB-COLLECT-001' && error.details['deadlineMs'] === undefined);
}

/**
 * What may pass is asked again at once. An optional type would be `failed` for this scan by a single cut connection; a
 * required one would end this try of the whole collection, and a long list over a poor line would use up all tries.
 */
export async function againIfItMayPass<T>(signal: AbortSignal | undefined, ask: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    signal?.throwIfAborted();
    try {
      return await ask();
    } catch (error) {
      const pause = PAUSES_MS[tries];
      if (pause === undefined || !mayPass(error)) throw error;
      await waitUntilStopped(pause, signal);
    }
  }
}

export async function askPage(resource: CompiledResource, reader: AskReader, asked: PageAsked): Promise<Page | null> {
  return sentPage(resource, reader, asked).page();
}

/** A page that is on its way. */
export interface SentPage {
  readonly asked: PageAsked;
  /** throws what the request came to; `onNext` as of `pageOf` */
  page(onNext?: OnNext): Promise<Page | null>;
}

/** The request goes out at once; what comes back is looked into when the page is asked for. */
export function sentPage(resource: CompiledResource, reader: AskReader, asked: PageAsked): SentPage {
  const coming = againIfItMayPass(reader.signal, () => answerOf(resource, reader, asked));
  // whoever ends before it comes to this page does not ask for it any more
  coming.catch(() => undefined);
  return {
    asked,
    async page(onNext) {
      const answer = await coming;
      return answer === null || !('got' in answer) ? answer : pageOf(resource, reader, asked, answer, onNext);
    },
  };
}
