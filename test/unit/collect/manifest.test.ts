import { cpSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConnectors } from '../../../src/collect/index.js';
import { PlumblineError } from '../../../src/model/errors.js';
import { connectors, temporaryFolder } from './mapping-fixtures.js';

/** The n8n pack with one edit; the line of the edit is returned too. */
async function loadEdited(file: string, from: string, to: string): Promise<{ error: PlumblineError; line: number }> {
  const folder = temporaryFolder();
  cpSync('packs/connectors/n8n', join(folder, 'connectors', 'n8n'), { recursive: true });
  const path = join(folder, 'connectors', 'n8n', file);
  const text = readFileSync(path, 'utf8');
  if (!text.includes(from)) throw new Error(`the text to edit is not there: ${from}`);
  writeFileSync(path, text.replace(from, to));
  const error = await loadConnectors(folder).then(() => { throw new Error('the edited pack was accepted'); }, (reason: unknown) => reason as PlumblineError);
  return { error, line: text.slice(0, text.indexOf(from)).split('\n').length };
}

describe('connector packs', () => {
  it('loads the packs of the project', async () => {
    const loaded = await connectors();

    expect([...loaded.keys()].sort()).toEqual(readdirSync('packs/connectors', { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name).sort());
    expect(loaded.get('n8n')?.secretFields).toEqual([{ name: 'apiKey', label: 'API key', kind: 'password', required: true }]);
    expect([...loaded.values()].every((connector) => connector.fileSource || connector.liveSource)).toBe(true);
  });

  it('only ever reads: no method but GET, and every POST says why', async () => {
    for (const connector of (await connectors()).values()) {
      const posts = connector.resources.flatMap(({ rule }) => [rule.readOnlyPost, rule.job?.submit]).filter((post) => post !== undefined);
      for (const { reason } of posts) expect(reason.length).toBeGreaterThan(20);
    }
  });

  it.each([
    ['manifest.yaml', 'right: workflow:list', 'rihgt: workflow:list', 'rihgt'],
    ['manifest.yaml', '    items: data\n    key: id\n    # the list', '    items: { frist: [data] }\n    key: id\n    # the list', 'unknown operator frist'],
    ['manifest.yaml', 'from: audit', 'from: audits', 'no resource named audits'],
    ['manifest.yaml', 'get: /tags', 'delete: /tags', 'delete'],
    ['manifest.yaml', 'get: /users', 'get: users', 'must begin with /'],
    ['manifest.yaml', 'get: /users', 'get: /users?limit=10', 'name query parameters under `query`'],
    ['manifest.yaml', 'get: /tags', 'get: /tags#all', 'must hold no ? and no #'],
    ['manifest.yaml', 'lookup: roles', 'lookup: rolls', 'no table named rolls'],
    ['manifest.yaml', 'right: workflow:list', 'headers: { X-HTTP-Method-Override: DELETE }\n    right: workflow:list', 'can make a write of a read'],
    ['manifest.yaml', 'right: workflow:list', 'headers: { hOsT: other.example.com }\n    right: workflow:list', 'decides where a request goes'],
    ['manifest.yaml', 'right: workflow:list', 'headers: { Cookie: a=b }\n    right: workflow:list', 'stands in `auth` only'],
    ['manifest.yaml', 'right: workflow:list', 'headers: { Authorization: "Bearer x" }\n    right: workflow:list', 'stands in `auth` only'],
    ['manifest.yaml', 'set: { X-N8N-API-KEY:', 'set: { X-Forwarded-Host: a.example.com, X-N8N-API-KEY:', 'decides where a request goes'],
    ['manifest.yaml', 'paging: { kind: cursor, from: nextCursor, to: cursor', 'paging: { kind: cursor, from: nextCursor, to: _Method', 'can make a write of a read'],
    ['manifest.yaml', 'get: /tags', 'readOnlyPost: { path: /graphql, reason: asks for the tags, body: { query: "mutation { deleteTag(id: 1) { id } }" } }', 'a mutation would change the platform'],
    ['manifest.yaml', 'right: workflow:list', 'onStatus: [{ status: [404, 401], state: empty }]\n    right: workflow:list', '401 says that the key is not good'],
    ['manifest.yaml', 'right: workflow:list', 'onStatus: [{ status: [402], state: empty }]\n    right: workflow:list', '402 says that this is not paid for'],
    ['manifest.yaml', 'right: workflow:list', 'onStatus: [{ status: [403], state: empty }]\n    right: workflow:list', '403 says that a right is missing'],
    ['manifest.yaml', 'right: workflow:list', 'onStatus: [{ status: [407], state: empty }]\n    right: workflow:list', '407 says'],
    ['manifest.yaml', 'right: workflow:list', 'onStatus: [{ status: [429], state: empty }]\n    right: workflow:list', '429 says'],
    ['manifest.yaml', 'right: workflow:list', 'onStatus: [{ status: [451], state: empty }]\n    right: workflow:list', '451 says'],
    ['manifest.yaml', 'right: workflow:list', 'onStatus: [{ status: [500], state: empty }]\n    right: workflow:list', '500 says that the platform failed'],
    ['manifest.yaml', 'right: workflow:list', 'onStatus: [{ status: [302], state: empty }]\n    right: workflow:list', '302 says'],
    ['manifest.yaml', 'right: workflow:list', 'onStatus: [{ status: [403], bodyHas: no such workflow, state: empty }]\n    right: workflow:list', 'write `state: forbidden`'],
    ['manifest.yaml', 'paging: { kind: cursor, from: nextCursor, to: cursor', 'paging: { pastEnd: [403], kind: cursor, from: nextCursor, to: cursor', 'not that the list has ended'],
    ['steps.yaml', 'class: webhook\n    path', 'class: webhok\n    path', 'class'],
  ])('names file and line of a mistake in %s: %s', async (file, from, to, problem) => {
    const { error, line } = await loadEdited(file, from, to);

    expect(error).toBeInstanceOf(PlumblineError);
    expect(error.code).toBe('PLB-COLLECT-011');
    expect(error.message).toContain(`packs/connectors/n8n/${file}`);
    expect(error.message).toContain(problem);
    expect(Math.abs(Number(error.details['line']) - line)).toBeLessThanOrEqual(2);
  });

  const oauth = 'auth: { kind: oauth2, grant: client_credentials, tokenUrl: "https://login.example.com/token", clientId: a, scope: "{origin}/.default" }';
  const asksThere = ['right: workflow:list', 'host: data\n    right: workflow:list'] as const;
  it.each([
    [`bound: org, suffixes: [.data.example.com]`, 'any other key would be good at every host'],
    [`bound: org, suffixes: [.data.example.com], auth: { kind: oauth2, grant: client_credentials, tokenUrl: /t, clientId: a, scope: all }`, '{origin} in `scope` or `audience`'],
    [`bound: org, ${oauth}`, 'needs `suffixes` of at least two names'],
    [`bound: org, suffixes: [.com], ${oauth}`, '`suffixes` of at least two names'],
    [`bound: org, suffixes: [.data.example.com, ".0.1"], ${oauth}`, '`suffixes` of at least two names'],
    [`bound: org, base: "https://a.example.com", suffixes: [.data.example.com], ${oauth}`, 'give one of `base`, `learn` and `bound`'],
    [`bound: org, suffixes: [.data.example.com], ${oauth}`, 'bind it as org in `forEach`'],
  ])('refuses a host of its own for each item that could lead a key astray: %s', async (rule, problem) => {
    const folder = temporaryFolder();
    cpSync('packs/connectors/n8n', join(folder, 'connectors', 'n8n'), { recursive: true });
    const path = join(folder, 'connectors', 'n8n', 'manifest.yaml');
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace('redact: {}', `hosts: { data: { ${rule} } }\nredact: {}`).replace(...asksThere));

    await expect(loadConnectors(folder)).rejects.toMatchObject({ code: 'PLB-COLLECT-011', message: expect.stringContaining(problem) as string });
  });

  const learns = 'learn: { from: tags, take: name }';
  it.each([
    ['redact: {}', `hosts: { data: { ${learns}, suffixes: [com] } }\nredact: {}`],
    ['redact: {}', `hosts: { data: { ${learns}, suffixes: [.my.example.com, ""] } }\nredact: {}`],
    ['redact: {}', `hosts: { data: { ${learns}, suffixes: [.co.uk] } }\nredact: {}`],
    ['redact: {}', `hosts: { data: { bound: org, suffixes: [com.au], ${oauth} } }\nredact: {}`],
    ['redact: {}', 'hosts: { data: { base: "https://{zone}.example.com", suffixes: [.com] } }\nredact: {}'],
    ['address: {', 'address: { suffixes: [.io],'],
  ])('refuses an end of host names that leaves a key to anybody with a name below it: %s -> %s', async (from, to) => {
    const folder = temporaryFolder();
    cpSync('packs/connectors/n8n', join(folder, 'connectors', 'n8n'), { recursive: true });
    const path = join(folder, 'connectors', 'n8n', 'manifest.yaml');
    const text = readFileSync(path, 'utf8');
    expect(text).toContain(from);
    writeFileSync(path, text.replace(from, to));

    await expect(loadConnectors(folder)).rejects.toMatchObject({ code: 'PLB-COLLECT-011', message: expect.stringContaining('of at least two names') as string });
  });

  it('says where the YAML itself is broken', async () => {
    const { error } = await loadEdited('manifest.yaml', 'title: n8n', 'title: "n8n');

    expect(error.code).toBe('PLB-COLLECT-011');
    expect(error.message).toMatch(/line \d+/);
  });
});
