/**
 * A loopback server whose every answer holds planted secrets: in workflows of n8n, and in a made-up platform whose next links, paths and
 * exports are keys. Owns the answers and the list of what was planted.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonValue } from '../../../src/model/resource.js';
import { PLANTED } from '../../unit/collect/redact-corpus.js';

/** In place of the corpus' word, which may stand anywhere by chance. */
const WORD = 'kaffeezwq';
const CURSOR = 'pRl8xyABc0plantedQ7';
const CAPABILITY = 'Zk3vQ9xW1yT5uR7pB2nM';
/** What a person gives for the made-up platform. */
export const HOOK = CAPABILITY;
const JOB = 'jobK3y9ZxQ2wV5tR8';

/** Another one for each row, in letters only, so that a leak tells where it was planted. */
function wordOf(index: number, mark: string): string {
  return WORD + mark + String.fromCharCode(97 + Math.floor(index / 26), 97 + (index % 26));
}

function own(value: JsonValue, word: string): JsonValue {
  return JSON.parse(JSON.stringify(value).replaceAll('kaffee', word)) as JsonValue;
}

/** `mark`: letters that tell a rotated secret from the one before. */
export function plantedSecrets(mark: string): string[] {
  const corpus = PLANTED.flatMap(({ hidden }, index) => hidden.map((secret) => secret.replaceAll('kaffee', wordOf(index, mark)))).filter((secret) => secret.length >= 8);
  return [...new Set([...corpus, CURSOR, CAPABILITY, JOB])];
}

/** Pairs in Basic are secret as a whole: what base64 makes of the word is planted anew. */
function items(mark: string): JsonValue[] {
  return PLANTED.flatMap(({ what, value }, index) => (JSON.stringify(value).includes('Basic ') ? [] : [{ id: `item-${index}`, name: what, content: own(value, wordOf(index, mark)) }]));
}

function workflows(mark: string): JsonValue[] {
  const list = items(mark) as { id: string; name: string; content: JsonValue }[];
  return [0, 1].map((half) => ({
    id: `wf${half}`, name: `Flow ${half}`, active: true, isArchived: false, connections: {}, settings: {}, tags: [], createdAt: '2026-01-05T08:00:00.000Z', updatedAt: '2026-01-05T08:00:00.000Z', versionId: `v${half}`,
    nodes: list.filter((_each, index) => index % 2 === half).map(({ id, name, content }) => ({ id, name, type: 'n8n-nodes-base.httpRequest', typeVersion: 4.2, position: [0, 0], parameters: { method: 'POST', ...(content as object) } })),
  }));
}

export interface PlantedPlatform {
  readonly url: string;
  rotate(mark: string): void;
  readonly asked: string[];
  stop(): Promise<void>;
}

export async function startPlantedPlatform(): Promise<PlantedPlatform> {
  let mark = 'a';
  const asked: string[] = [];
  const answer = (url: URL): { status: number; body: JsonValue } => {
    const path = url.pathname;
    if (path === '/api/v1/workflows') return { status: 200, body: { data: workflows(mark), nextCursor: null } };
    if (path.startsWith('/api/v1/')) return { status: 404, body: { message: `no ${CAPABILITY}` } };
    if (path === '/things' || path === `/s/${CAPABILITY}/things`) {
      const second = url.searchParams.has('access_token');
      const all = items(mark);
      return { status: 200, body: { items: all.slice(second ? 20 : 0, second ? 999 : 20), next: second ? null : `/s/${CAPABILITY}/things?access_token=${CURSOR}&%24skiptoken=${CURSOR}` } };
    }
    // at first all is well, so that there is a baseline to compare with
    if (path.startsWith('/webhook/') && mark === 'a') return { status: 200, body: [{ id: path.split('/').length }] };
    if (path === `/webhook/${CAPABILITY}`) return { status: 403, body: { message: `no right for ${CAPABILITY}` } };
    if (path.startsWith(`/webhook/${CAPABILITY}2/`)) return { status: 500, body: { message: `broken: ${CAPABILITY}` } };
    if (path === '/cursors') return { status: 200, body: { items: [{ id: url.searchParams.has('after') ? 'c2' : 'c1' }], next: url.searchParams.has('after') ? null : CURSOR } };
    if (path === '/exports') return { status: 200, body: { id: JOB } };
    if (path === `/exports/${JOB}`) return { status: 200, body: { done: true } };
    if (path === `/exports/${JOB}/rows`) return { status: 200, body: { items: [{ id: 'row', note: `secret: ${CAPABILITY}` }] } };
    return { status: 404, body: { message: CAPABILITY } };
  };
  const server = createServer((request, response) => {
    asked.push(String(request.url));
    const { status, body } = answer(new URL(String(request.url), 'http://x'));
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return {
    asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    rotate: (next) => { mark = next; },
    stop: () => new Promise((resolve) => { server.close(() => resolve()); server.closeAllConnections(); }),
  };
}

/** The manifest of the made-up platform. */
export const PLANTED_MANIFEST = `
apiVersion: connector/v1
id: planted
title: Planted
about: A made-up platform whose answers are full of secrets.
evidence: constructed
address: { label: Address, example: https://planted.example.com }
secretFields: [{ name: token, label: Key, kind: password }, { name: hook, label: Name of the hook, kind: text }]
auth: { kind: header, set: { X-Key: "{token}" } }
redact: {}
probe: { types: [things] }
resources:
  things: { title: Things, right: things.read, get: /things, items: items, key: id, paging: { kind: next-url, from: [next] } }
  cursors: { title: Cursors, right: cursors.read, get: /cursors, items: items, key: id, paging: { kind: cursor, from: next, to: after } }
  exports: { title: Exports, right: exports.read, items: items, key: id, job: { start: /exports, id: id, poll: "/exports/{job}", done: done, result: { get: "/exports/{job}/rows", as: json }, every: 1, atMost: 60 } }
  gone: { title: Gone, right: gone.read, get: "/webhook/{hook}", key: id }
  broken: { title: Broken, right: broken.read, get: "/webhook/{hook}2/{kind}", key: id, matrix: { kind: [one, two] } }
emit:
  - { kind: data-store, from: things, key: id, name: name, properties: { content: content } }
  - { kind: data-store, from: cursors, key: id, name: id, properties: {} }
  - { kind: data-store, from: exports, key: id, name: id, properties: { note: note } }
`;
