/** Reads the bytes of one answer under a limit. Owns that limit and what a cut answer is called; not what the bytes mean. */
import type { Readable } from 'node:stream';
import { PlumblineError } from '../../model/errors.js';
import { codeOf } from './failures.js';
import type { RequestFacts } from './failures.js';

function tooLong(limit: number, facts: RequestFacts): PlumblineError {
  return new PlumblineError('PLB-COLLECT-008', `${facts.host} answered ${facts.request} with more than ${Math.round(limit / 1024)} KiB.`, { host: facts.host, limitBytes: limit });
}

export async function readBody(stream: Readable, limit: number, facts: RequestFacts): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) {
      stream.destroy();
      throw tooLong(limit, facts);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** What says beforehand that it is too long is not read at all. */
export function refuseAnnounced(stream: Readable, headers: Readonly<Record<string, string>>, { limit, facts }: { limit: number; facts: RequestFacts }): void {
  if (!(Number(headers['content-length']) > limit)) return;
  stream.on('error', () => undefined).destroy();
  throw tooLong(limit, facts);
}

/** The error itself is not kept: axios hangs the whole request on its errors, with the key in a header. */
export function bodyFailure(facts: RequestFacts, error: unknown): PlumblineError {
  if (error instanceof PlumblineError) return error;
  return new PlumblineError('PLB-COLLECT-005', `The answer of ${facts.host} to ${facts.request} was cut short.`, { host: facts.host, cause: codeOf(error) });
}
