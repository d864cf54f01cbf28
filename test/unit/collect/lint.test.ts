import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { lintConnector } from '../../../src/collect/index.js';
import type { Remark } from '../../../src/collect/index.js';
import { copyStarter } from '../../support/connector-copies.js';
import type { Copy } from '../../support/connector-copies.js';

let copy: Copy;
afterEach(() => copy.remove());

async function remarks(): Promise<Remark[]> {
  return lintConnector(copy.folder, 'packs/connectors');
}

describe('connector lint', () => {
  it('has nothing to say of the starter', async () => {
    copy = copyStarter();

    expect(await remarks()).toEqual([]);
  });

  it('knows that a type is used whose items are attached to workflows', async () => {
    copy = copyStarter();
    copy.edit('manifest.yaml', 'resources:\n', 'resources:\n  actions: { title: Actions, get: /actions, key: id, total: total, right: workflows:read }\n');
    copy.edit('manifest.yaml', /  - layout: tree\n/, '  - layout: tree\n    attach: [{ from: actions, by: id, on: workflow, as: steps }]\n');

    expect((await remarks()).filter(({ problem }) => problem.includes('nothing is drawn'))).toEqual([]);
  });

  it.each<[what: string, file: string, from: string | RegExp, to: string, told: RegExp]>([
    ['a field that is not in the language', 'manifest.yaml', 'right: workflows:read ', 'rigth: workflows:read ', /error .*rigth/i],
    ['a reference to nothing', 'manifest.yaml', 'from: people\n    key', 'from: persons\n    key', /error .*there is no resource named persons/],
    ['no redact', 'manifest.yaml', 'redact: { names: [] }', '', /error .*redact/],
    ['a POST without a reason', 'manifest.yaml', 'get: /people', 'readOnlyPost: { path: /people/search }', /error .*reason/],
    ['a POST that seems to do something', 'manifest.yaml', 'get: /people', 'readOnlyPost: { path: /activate/people, reason: lists the people }', /warning .*resources\.people\.readOnlyPost: .*activate/],
    ['a POST that does something', 'manifest.yaml', 'get: /people', 'readOnlyPost: { path: /people/activate, reason: lists the people }', /error .*resources\.people\.readOnlyPost\.path: .*activate/],
    ['a key in the address', 'manifest.yaml', 'kind: header, set: { Authorization: "Bearer {token}" }', 'kind: query, set: { key: "{token}" }', /warning .*auth: the key stands in the address/],
    ['business data', 'manifest.yaml', 'get: /people', 'get: /people/messages', /warning .*looks like business data/],
    ['a name that nobody fills in', 'manifest.yaml', 'query: { limit: 2 } ', 'query: { limit: 2, team: "{team}" } ', /warning .*resources\.workflows\.query: nobody fills in \{team\}; known here: \{token\}/],
    ['a name in a path that nobody bound', 'manifest.yaml', 'get: /workflows/{id}', 'get: /workflows/{workflow}', /warning .*resources\.details\.get: nobody fills in \{workflow\}; known here: \{id\}/],
    ['a right that nobody wrote', 'manifest.yaml', 'right: people:read of an administrator', 'right: TODO', /warning .*resources\.people\.right: it does not say/],
    ['a list without a key', 'manifest.yaml', 'items: people\n    key: id\n', 'items: people\n', /warning .*resources\.people: a list without `key`/],
    ['a list that may have pages', 'manifest.yaml', /    paging: \{ kind: page.*\n/, '', /warning .*resources\.people: neither `paging` nor `total`/],
    ['a parameter that paging sends too', 'manifest.yaml', 'items: people\n', 'items: people\n    query: { per_page: 2 }\n', /warning .*resources\.people\.query\.per_page: .* sent twice/],
    ['nothing that is required', 'manifest.yaml', /required: true .*/, 'required: false', /warning .*no resource is `required`/],
    ['a type that is read for nothing', 'manifest.yaml', 'resources:\n', 'resources:\n  teams: { title: Teams, get: /teams, key: id, total: total, right: teams:read }\n', /warning .*resources\.teams: .*nothing is drawn/],
    ['a table that nobody uses', 'manifest.yaml', 'tables:\n', 'tables:\n  colours: { r: red }\n', /warning .*tables\.colours/],
    ['a key that is a name', 'manifest.yaml', 'from: people\n    key: id\n    name: { first: [email, id] }', 'from: people\n    key: email\n    name: email', /warning .*emit\.0\.key: the key is a name \(email\)/],
    ['a property that moves', 'manifest.yaml', 'mfaEnabled: two_factor', 'mfaEnabled: two_factor\n      seen: { date: last_login }', /warning .*emit\.0\.properties\.seen: last_login changes/],
    ['a workflow property that moves', 'manifest.yaml', 'owner: owner.email', 'owner: owner.email\n        revision: revision', /warning .*graphs\.0\.workflow\.properties\.revision/],
    ['a step type without a class', 'steps.yaml', 'condition: { class: logic }', 'condition: { path: settings.x }', /warning .*steps\.yaml .*types\.condition: it has no class/],
    ['nothing that stays unseen', 'manifest.yaml', /notExposed:\n.*\n/, '', /warning .*notExposed/],
    ['no source', 'manifest.yaml', /sources: .*/, '', /warning .*sources/],
    ['a manifest that editors do not know', 'manifest.yaml', /^# yaml-language-server.*\n/, '', /warning .*editors do not know its schema/],
    ['a README that keeps quiet about the key', 'README.md', /## The key[^]*?(?=## What)/, '', /warning .*README\.md .*does not say how to make a key/],
    ['a secret that may be real', 'fixtures/estate.json', 'office-fixture-key-0001', 'ghp_R7tQ2mVx9KpL4sWz8BnC3dFh', /warning .*estate\.json .*an api-key here may be a real one/],
    ['a secret that may be real beside those of a recording', 'fixtures/estate.json', /\{"in": "header", "value": "office-fixture-key-0001"\},([^]*)office-fixture-key-0001/, '{"in": "recorded", "value": "ghp_R7tQ2mVx9KpL4sWz8BnC3dFh"},$1ghp_Zq81mVx9KpL4sWz8BnC3dPw', /warning .*estate\.json .*an api-key here may be a real one/],
    ['a mail address that may be a person\'s', 'fixtures/estate.json', 'mika@example.com', 'mika@a-real-company.com', /warning .*estate\.json .*e-mail address/],
    ['fixtures that show no sign-in', 'fixtures/estate.json', /"requires": \{[^}]*\},/g, '', /warning .*estate\.json .*no exchange has `requires`/],
  ])('finds %s, with file, line and fix', async (_what, file, from, to, told) => {
    copy = copyStarter();
    copy.edit(file, from, to);

    const found = await remarks();

    expect(found.map(({ level, file: where, problem }) => `${level} ${where} ${problem}`).join('\n')).toMatch(told);
    for (const { line, fix, file: where } of found) {
      expect(line).toBeGreaterThan(0);
      expect(fix.length).toBeGreaterThan(10);
      expect(where).not.toBe('');
    }
  });

  it('takes what a recording put in the place of a secret for no real one', async () => {
    copy = copyStarter();
    copy.edit('fixtures/estate.json', /\{"in": "header", "value": "office-fixture-key-0001"\},([^]*)office-fixture-key-0001/, '{"in": "recorded", "value": "ghp_R7tQ2mVx9KpL4sWz8BnC3dFh"},$1ghp_R7tQ2mVx9KpL4sWz8BnC3dFh');

    expect((await remarks()).filter(({ problem }) => problem.includes('real one'))).toEqual([]);
  });

  it('points at the line', async () => {
    copy = copyStarter();
    copy.edit('manifest.yaml', 'mfaEnabled: two_factor', 'mfaEnabled: two_factor\n      seen: { date: last_login }');
    const lines = readFileSync(join(copy.folder, 'manifest.yaml'), 'utf8').split('\n');

    const [remark] = await remarks();

    expect(lines[remark!.line - 1]).toContain('seen: { date: last_login }');
  });

  it('leaves an id alone that the platform calls its name', async () => {
    copy = copyStarter();
    copy.edit('manifest.yaml', 'from: people\n    key: id\n    name: { first: [email, id] }', 'from: people\n    key: name\n    name: email');

    expect(await remarks()).toEqual([]);
  });

  it('believes a comment that a list comes whole, for that list only', async () => {
    copy = copyStarter();
    copy.edit('manifest.yaml', /    paging: \{ kind: page.*\n/, '    # comes whole: no parameter cuts it\n');
    copy.edit('manifest.yaml', 'notExposed:\n', '  teams: { title: Teams, get: /teams, key: id, right: teams:read, feeds: [group] }\nnotExposed:\n');

    expect((await remarks()).map(({ problem }) => problem.split(':')[0])).toEqual(['resources.teams']);
  });

  it.each(['last_name', 'synced', 'lastPart', 'edited', 'nextSteps'])('takes %s for a fact that stays', async (field) => {
    copy = copyStarter();
    copy.edit('manifest.yaml', 'mfaEnabled: two_factor', `mfaEnabled: two_factor\n      further: ${field}`);

    expect(await remarks()).toEqual([]);
  });

  it.each(['last_login', 'lastUsedAt', 'updated_at', 'modifiedDate', 'modified', 'lastModifiedTime', 'runCount', 'nextRunAt', 'etag', 'sys_updated_on'])('takes %s for one that moves', async (field) => {
    copy = copyStarter();
    copy.edit('manifest.yaml', 'mfaEnabled: two_factor', `mfaEnabled: two_factor\n      further: ${field}`);

    expect(await remarks()).toHaveLength(1);
  });

  it('says that a manifest is no YAML, and where', async () => {
    copy = copyStarter();
    writeFileSync(join(copy.folder, 'manifest.yaml'), 'id: a\n  b: [');

    expect(await remarks()).toEqual([expect.objectContaining({ level: 'error', line: expect.any(Number) })]);
  });
});
