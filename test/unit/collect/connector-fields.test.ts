import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { givenFields } from '../../../src/cli/scan/fields.js';
import type { GivenFields } from '../../../src/cli/scan/fields.js';
import type { Connector } from '../../../src/collect/index.js';
import { copyStarter } from '../../support/connector-copies.js';
import type { Copy } from '../../support/connector-copies.js';

const folder = mkdtempSync(join(tmpdir(), 'plumbline-fields-'));
const copies: Copy[] = [];
let one: Connector;
let several: Connector;
beforeAll(async () => {
  const [first, second] = [copyStarter(), copyStarter()];
  copies.push(first, second);
  second.edit('manifest.yaml', /secretFields:\n.*\n/, 'secretFields:\n  - { name: region, label: Region, kind: choice, options: [eu, us] }\n  - { name: clientId, label: Client id, kind: text, required: false }\n  - { name: token, label: API token, kind: password }\n  - { name: clientSecret, label: Client secret, kind: password, required: false }\n');
  [one, several] = [await first.load(), await second.load()];
});
afterAll(() => { copies.forEach((copy) => copy.remove()); rmSync(folder, { recursive: true, force: true }); });

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}
const given = (more: Partial<GivenFields> = {}): GivenFields => ({ fields: [], keyFile: null, username: null, ...more });

describe('fields of a live platform from the terminal', () => {
  it('takes a lone key from the environment or a file', async () => {
    expect(await givenFields(one, given(), { PLUMBLINE_KEY: 'abc' })).toEqual({ token: 'abc' });
    expect(await givenFields(one, given({ keyFile: file('key', 'a=b=c==\n') }), { PLUMBLINE_KEY: 'not this' })).toEqual({ token: 'a=b=c==' });
  });

  it.each([
    ['a JSON object', '{"token":"t","clientSecret":"s","clientId":"c"}'],
    ['lines', '# from the vault\ntoken=t\nCLIENTSECRET = s\nclientId=c\n'],
  ])('takes several from %s', async (_what, text) => {
    expect(await givenFields(several, given({ keyFile: file('keys', text), fields: ['region=eu'] }), {})).toEqual({ token: 't', clientSecret: 's', clientId: 'c', region: 'eu' });
  });

  it('takes each field from a variable of its own', async () => {
    expect(await givenFields(several, given(), { PLUMBLINE_FIELD_TOKEN: 't', PLUMBLINE_FIELD_REGION: 'us', PLUMBLINE_FIELD_CLIENTSECRET: 's', PLUMBLINE_FIELD_OTHER: 'x' })).toEqual({ token: 't', region: 'us', clientSecret: 's' });
  });

  it.each<[what: string, options: Partial<GivenFields>, env: Record<string, string>, told: RegExp]>([
    ['a secret on the command line', { fields: ['token=abc', 'region=eu'] }, {}, /API token is a secret.*PLUMBLINE_FIELD_TOKEN/],
    ['a field that does not exist', { fields: ['zone=eu'] }, { PLUMBLINE_KEY: 'secret-value' }, /--field names a field zone .*region, clientId, token \(secret\)/],
    ['a field without a value', { fields: ['region'] }, { PLUMBLINE_KEY: 'secret-value' }, /--field takes name=value/],
    ['a missing secret', { fields: ['region=eu'] }, {}, /asks for API token\. Give API token by PLUMBLINE_KEY, PLUMBLINE_FIELD_TOKEN or a file/],
    ['a missing field that is no secret', {}, { PLUMBLINE_KEY: 'secret-value' }, /Give Region by --field region=/],
    ['a user name where none is asked for', { username: 'olga' }, { PLUMBLINE_KEY: 'secret-value' }, /--username names a field username/],
    ['broken JSON', {}, { PLUMBLINE_KEY: '{"token": secret-value' }, /begins like JSON and is none/],
    ['a line that is none', {}, { PLUMBLINE_KEY: '# keys\nclientId=abc\ntoken=-----BEGIN PRIVATE KEY-----\nsecret-value\n-----END PRIVATE KEY-----\n' }, /PLUMBLINE_KEY: line 4 is no NAME=value\..*private key \(PEM\).*JSON object/],
    ['a file that is not there', { keyFile: join(folder, 'nowhere') }, {}, /cannot be read \(ENOENT\)/],
  ])('refuses %s, and never tells a value', async (_what, options, env, told) => {
    const error = await givenFields(several, given(options), env).catch((reason: unknown) => reason as Error);

    expect(error).toBeInstanceOf(Error);
    expect((error as Error).message).toMatch(told);
    expect((error as Error).message).not.toContain('secret-value');
  });
});
