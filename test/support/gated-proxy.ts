/**
 * A loopback proxy in front of a platform that a test can close: requests then wait, or are answered by the test. Owns the gate
 * and the list of what was asked. So a scan is "in the middle" for as long as a test wants, on however slow a machine.
 */
import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Match = (request: { method: string; path: string }) => boolean;
export type OwnAnswer = (request: IncomingMessage, response: ServerResponse) => void;

export interface GatedProxy {
  readonly url: string;
  readonly asked: readonly string[];
  /** From now on requests that match wait; resolves when the first one does. */
  hold(match: Match): Promise<void>;
  /** Lets those that wait go on, and all that follow. */
  release(): void;
  /** From now on the test answers everything itself; null: the platform does again. */
  answerWith(answer: OwnAnswer | null): void;
  stop(): Promise<void>;
}

export async function startGatedProxy(target: string): Promise<GatedProxy> {
  const asked: string[] = [];
  let held: Match | null = null;
  let tellHeld: () => void = () => undefined;
  let own: OwnAnswer | null = null;
  const waiting = new Set<() => void>();
  const server = createServer((request, response) => {
    const facts = { method: request.method ?? '', path: request.url ?? '' };
    asked.push(`${facts.method} ${facts.path}`);
    if (own !== null) return own(request, response);
    const go = (): void => passOn(target, request, response);
    if (held === null || !held(facts)) return go();
    waiting.add(go);
    response.once('close', () => waiting.delete(go));
    tellHeld();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    hold: (match) => new Promise((resolve) => {
      held = match;
      tellHeld = resolve;
    }),
    release() {
      held = null;
      for (const go of waiting) go();
      waiting.clear();
    },
    answerWith: (answer) => void (own = answer),
    stop: () => new Promise((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    }),
  };
}

function passOn(target: string, request: IncomingMessage, response: ServerResponse): void {
  const { hostname, port } = new URL(target);
  const onward = forward({ hostname, port, method: request.method, path: request.url, headers: { ...request.headers, host: `${hostname}:${port}` } }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.once('error', () => response.destroy());
  request.pipe(onward);
}
