/** What a scan takes out must not stand in what is recorded, however the platform packs it. */
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { recordConnector } from '../../../src/collect/index.js';
import type { Recording } from '../../../src/collect/simulate/record.js';
import { copyStarter } from '../../support/connector-copies.js';
import type { Copy } from '../../support/connector-copies.js';

let copy: Copy | undefined;
let server: Server | undefined;
afterEach(() => { copy?.remove(); server?.close(); server?.closeAllConnections(); });

const base64 = (text: string | Buffer): string => Buffer.from(text).toString('base64');
const CHAIN = { chain: [{ id: 's1', cfg: { pinCode: '99471', word: 'lemon "tree" & sea', target: 'north' } }, { id: 's2', cfg: { pinCode: 884422, word: 'plain-harbour-word' } }] };
const SECRETS = ['99471', '884422', 'lemon', 'plain-harbour-word'];

async function recorded(rules: string, item: Record<string, unknown>, mark?: string): Promise<Recording> {
  copy = copyStarter();
  if (mark !== undefined) copy.edit('steps.yaml', 'dataReferences: ["{{"]', `dataReferences: ["${mark}"]`);
  copy.edit('manifest.yaml', 'redact: { names: [] }', 'redact: { names: [pinCode] }');
  copy.edit('manifest.yaml', 'drop: [updated_at]               # changes', `${rules}\n    drop: [updated_at]               # changes`);
  server = createServer((request, response) => {
    const isList = request.url!.includes('/workflows?');
    const body = request.url!.includes('people') ? { people: [], pages: 1 } : isList ? { data: [{ id: 'w1', name: 'One', active: true, ...item }], next_cursor: null, total: 1 } : { id: 'w1', name: 'One', active: true, steps: [] };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => { server!.listen(0, '127.0.0.1', resolve); });
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return recordConnector({ connector: await copy.load(), baseUrl, secret: { token: 'real-key' }, onProgress: () => undefined });
}

function bodyOf({ fixture }: Recording): string {
  const { body } = fixture.exchanges.find(({ path }) => path.endsWith('/workflows'))!;
  return (body as { data: [{ body: string }] }).data[0].body;
}

const DECLARED = 'secrets: [{ path: body.chain.*.cfg.word, kind: word }]';
const XML_BODY = '<chain><step><cfg name="a"><pinCode>99471</pinCode><word>lemon &quot;tree&quot; &amp; sea</word></cfg></step><step><cfg><pinCode>884422</pinCode><word>plain-harbour-word</word></cfg></step></chain>';
const YAML_BODY = 'chain:\n  # a note\n  - cfg:\n      pinCode: "99471"\n      word: \'lemon "tree" & sea\'\n  - cfg:\n      pinCode: 884422\n      word: >-\n        plain-harbour-word\n';

const PACKED: readonly (readonly [string, { rules: string; body: string; open: (text: string) => string }])[] = [
  ['JSON in a text', { rules: `decode: [{ path: body, as: json }]\n    ${DECLARED}`, body: JSON.stringify(CHAIN), open: (text) => text }],
  ['XML', { rules: 'decode: [{ path: body, as: xml }]\n    secrets: [{ path: body.chain.step.*.cfg.word, kind: word }]', body: XML_BODY, open: (text) => text }],
  ['YAML', { rules: `decode: [{ path: body, as: yaml }]\n    ${DECLARED}`, body: YAML_BODY, open: (text) => text }],
  ['JSON in base64', { rules: `decode: [{ path: body, as: base64 }, { path: body, as: json }]\n    ${DECLARED}`, body: base64(JSON.stringify(CHAIN)), open: (text) => Buffer.from(text, 'base64').toString() }],
  ['JSON in packed base64', { rules: `decode: [{ path: body, as: base64-gzip }, { path: body, as: json }]\n    ${DECLARED}`, body: base64(gzipSync(JSON.stringify(CHAIN))), open: (text) => gunzipSync(Buffer.from(text, 'base64')).toString() }],
  ['the form of a query', { rules: 'decode: [{ path: body, as: query-string }]\n    secrets: [{ path: body.word, kind: word }]', body: 'pinCode=99471&word=lemon+%22tree%22+%26+sea&word=plain-harbour-word&chain=1', open: (text) => decodeURIComponent(text.replaceAll('+', ' ')) }],
];

describe('secrets in what a platform packs', () => {
  it.each(PACKED)('are replaced in a recording: %s', async (_name, { rules, body, open }) => {
    const recording = await recorded(rules, { body });

    const text = open(bodyOf(recording));
    expect(recording.error).toBeNull();
    expect(SECRETS.filter((secret) => text.includes(secret) || JSON.stringify(recording.fixture).includes(secret))).toEqual([]);
    expect(text).toContain('chain');
    expect(text).toMatch(/pinCode/);
  });

  it('leave what is no secret as the platform wrote it', async () => {
    const recording = await recorded('decode: [{ path: body, as: yaml }]\n    secrets: [{ path: "body.chain.*.cfg.pinCode", kind: pin }]', { body: 'chain:\n  # a note\n  - cfg:\n      pinCode: "99471"\n      at: 1699471000\n' });

    expect(bodyOf(recording)).toMatch(/^chain:\n {2}# a note\n {2}- cfg:\n {6}pinCode: "\d{5}"\n {6}at: 1699471000\n$/);
  });

  it('are replaced wherever else they stand, also encoded, and in fields that a scan does not keep', async () => {
    const word = 'plain-harbour-word';
    const recording = await recorded('keepOnly: [id, name, active, body]\n    decode: [{ path: body, as: json }]\n    secrets: [{ path: body.cfg.word, kind: word }]', {
      body: JSON.stringify({ cfg: { word } }), note: `see ${word}`, link: `https://a.example.com/?q=${encodeURIComponent(word)}`, packed: base64(word), password: 'autumn-word',
    });

    expect(JSON.stringify(recording.fixture)).not.toMatch(/plain-harbour|autumn-word/);
    expect(JSON.stringify(recording.fixture)).not.toContain(base64(word));
  });

  it('are not what a connector declares to be a reference, in an item or in a packed text', async () => {
    const recording = await recorded('decode: [{ path: body, as: json }]', { password: '((vault.name))', body: JSON.stringify({ cfg: { password: '((vault.other))', apiKey: 'plain-harbour-word' } }) }, '((');

    expect(JSON.stringify(recording.fixture)).toContain('((vault.name))');
    expect(bodyOf(recording)).toMatch(/"password":"\(\(vault\.other\)\)","apiKey":"(?!plain)/);
  });

  it('refuse the recording where they cannot be replaced, and name the place only', async () => {
    const numbered = XML_BODY.replace('plain-harbour-word', 'pl&#97;in-harbour-word');

    const refused = await recorded(PACKED[1]![1].rules, { body: numbered }).then(() => null, (error: unknown) => error as { code: string; message: string });

    expect(refused).toMatchObject({ code: 'PLB-COLLECT-017', message: expect.stringMatching(/GET \/api\/v1\/workflows .*word/) as string });
    expect(refused!.message).not.toContain('harbour');
  });
});
