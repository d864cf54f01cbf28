/** A loopback server that answers as a script says, and remembers what it was asked. Owns the ways to misbehave. */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void | Promise<void>;

export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}
export interface HostileServer {
  readonly url: string;
  readonly port: number;
  readonly asked: Asked[];
  stop(): Promise<void>;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

export async function startHostileServer(answer: Answer): Promise<HostileServer> {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    try {
      const body = await bodyOf(request);
      asked.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
      await answer(request, response, body);
    } catch {
      response.destroy();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`, port, asked,
    stop: () => new Promise((resolve) => { server.closeAllConnections(); server.close(() => resolve()); }),
  };
}

/** By path without query. A list is played one answer after the other, its last one again and again. */
export type Script = Readonly<Record<string, Answer | readonly Answer[]>>;

export function play(script: Script): Answer {
  const turns = new Map<string, number>();
  return (request, response, body) => {
    const path = (request.url ?? '').split('?')[0]!;
    const entry = script[path] ?? script['*'];
    if (entry === undefined) return json(response, { error: 'no such path' }, 404);
    if (typeof entry === 'function') return entry(request, response, body);
    const turn = turns.get(path) ?? 0;
    turns.set(path, turn + 1);
    return entry[Math.min(turn, entry.length - 1)]!(request, response, body);
  };
}

export function json(response: ServerResponse, value: unknown, status = 200, headers: Record<string, string | string[]> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
}

export const gives = (value: unknown, status = 200, headers: Record<string, string | string[]> = {}): Answer => (_request, response) => json(response, value, status, headers);
export const raw = (content: string | Buffer, headers: Record<string, string> = { 'content-type': 'application/json' }, status = 200): Answer => (_request, response) => { response.writeHead(status, headers).end(content); };
export const moved = (location: string, status = 302): Answer => (_request, response) => { response.writeHead(status, { location }).end(); };

/** Takes the request and says nothing. */
export const silent: Answer = () => new Promise(() => undefined);

/** Answers at once and then dribbles a byte at a time, for ever. */
export const dribble = (everyMs: number): Answer => (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write(' '), everyMs);
  response.on('close', () => clearInterval(timer));
};

/** The same bytes again and again, as fast as they are taken; `written` counts what left. */
export function endless(chunk: Buffer, headers: Record<string, string> = {}): Answer & { written(): number } {
  let bytes = 0;
  const answer: Answer = (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', ...headers });
    const push = (): void => {
      while (!response.destroyed && response.write(chunk)) bytes += chunk.length;
      bytes += chunk.length;
      if (!response.destroyed) response.once('drain', push);
    };
    push();
  };
  return Object.assign(answer, { written: () => bytes });
}

/** One good answer per call as long as `chance` (0 to 1, from a fixed seed) says so, else the other. */
export function flapping(part: number, bad: Answer, good: Answer): Answer {
  let seed = 20_261_122;
  return (request, response, body) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return (seed / 2_147_483_648 < part ? bad : good)(request, response, body);
  };
}
