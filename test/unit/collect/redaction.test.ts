import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../src/model/resource.js';
import { findSecrets } from '../../../src/collect/redact/detectors.js';
import { fingerprintOf, secretPlaces } from '../../../src/collect/redact/marks.js';
import { pathRules } from '../../../src/collect/redact/path-rules.js';
import { redactItem } from '../../../src/collect/redact/redact.js';
import { KEY, importAll, n8nStep, n8nWorkflow, resourcesOf } from './mapping-fixtures.js';

const RULES = { paths: pathRules(['gone', 'list.*.noise'], [{ path: 'credentials', kind: 'credential' }]), where: [{ field: 'type', equals: 'cred', redact: 'value' }] };
const redact = (value: JsonValue): JsonValue => redactItem(value, RULES, KEY);
const text = (value: unknown): string => JSON.stringify(value);

describe('redaction', () => {
  it('leaves the host of a DSN readable', () => {
    expect(text(redact({ dsn: 'postgres://app:hunter22@db.example.org/orders' }))).toMatch(/"postgres:\/\/app:\[redacted url-password [0-9a-f]{16}\]@db\.example\.org\/orders"/);
  });

  it.each([
    ['a header pair', { name: 'Authorization', value: 'Bearer my-long-word-7' }, 'my-long-word-7'],
    ['a key in a header', { name: 'x-api-key', value: 'plain-words' }, 'plain-words'],
    ['a Node-RED header', { keyType: 'other', keyValue: 'X-Api-Key', valueType: 'other', valueValue: 'plain-words' }, 'plain-words'],
    ['a change rule', { t: 'set', p: 'headers.Authorization', to: 'secret words', tot: 'str' }, 'secret words'],
    ['a named field', { clientSecret: 'abc' }, 'abc'],
    ['a number as password', { password: 4711_0815 }, '47110815'],
    ['a password in an address', { url: 'https://bob:hunter22@db.example.org/x' }, 'hunter22'],
    ['a key in a query', { url: 'https://api.example.org/x?api_key=abcd1234&y=1' }, 'abcd1234'],
    ['a JWT anywhere', { note: 'see eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl here' }, 'eyJhbGciOiJIUzI1NiJ9'],
    ['a private key', { pem: '-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----' }, 'MIIB'],
    ['an AWS key', { x: 'AKIAIOSFODNN7EXAMPLE' }, 'AKIAIOSFODNN7EXAMPLE'],
    ['a GitHub token', { x: 'ghp_0123456789abcdefghij' }, 'ghp_0123456789abcdefghij'],
    ['a Slack token', { x: 'xoxb-1234567890-abc' }, 'xoxb-1234567890-abc'],
    ['a vendor key', { x: 'sk-fake-key-0001' }, 'sk-fake-key-0001'],
    ['an assignment in code', { code: "const apiKey = 'not-so-random';\nreturn 1;" }, 'not-so-random'],
    ['a header set in code', { code: 'headers.set("Authorization", "Basic Ym9iOmh1bnRlcjI=");' }, 'Ym9iOmh1bnRlcjI='],
    ['JSON inside text', { body: '{ "password": "hunter22", "a": 1 }' }, 'hunter22'],
    ['a shell variable', { command: 'PGPASSWORD=hunter22 psql -h db' }, 'hunter22'],
    ['a curl user', { command: 'curl -u bob:hunter22 https://x.example.org' }, 'hunter22'],
    ['a flag', { command: 'tool --api-key hunter22' }, 'hunter22'],
    ['a connection string', { text: 'Server=db;User=app;Password=hunter22;' }, 'hunter22'],
    ['a DSN', { dsn: 'postgres://app:hunter22@db.example.org/orders' }, 'hunter22'],
    ['a DSN whose password is cut by a sign', { dsn: 'postgres://app:hun/ter22@db.example.org/orders' }, 'ter22'],
    ['a webhook of Make', { url: 'https://hook.eu1.make.com/abcdefghijklmnopqrst1234' }, 'abcdefghijklmnopqrst1234'],
    ['a webhook of Zapier', { url: 'https://hooks.zapier.com/hooks/catch/123456/abc12de/' }, 'abc12de'],
    ['a web app of Apps Script', { url: 'https://script.google.com/macros/s/AKfycbxFixture0000/exec' }, 'AKfycbxFixture0000'],
    ['a signature of Azure', { url: 'https://a.blob.core.windows.net/c/b?sv=2022-11-02&sp=r&sig=pRl8%2FxyABc%3D' }, 'pRl8%2FxyABc%3D'],
    ['a key of Azure Functions', { url: 'https://f.azurewebsites.net/api/x?code=aB3dE6gH9kL2nP5rS8tV1xY4%3D%3D' }, 'aB3dE6gH9kL2nP5rS8tV1xY4'],
    ['a Kennwort', { Kennwort: 'hunter22' }, 'hunter22'],
    ['a mot de passe', { motDePasse: 'hunter22' }, 'hunter22'],
    ['a functions key in a header', { 'x-functions-key': 'plain-words' }, 'plain-words'],
    ['a webhook address', { url: 'https://hooks.slack.com/services/T000/B000/abcdefgh' }, 'abcdefgh'],
    ['a random value under a telling name', { auth: 'q8ZrT2vK9sLmX4wB7nCd' }, 'q8ZrT2vK9sLmX4wB7nCd'],
    ['a whole subtree', { credentials: { user: 'bob', deep: { map: ['x-1'] } } }, 'x-1'],
    ['a field named by another', { name: 'A', type: 'cred', value: 'anything' }, 'anything'],
    ['a password that begins like a key of a maker', { code: 'const password = "hf_abcdefghijklmnopq!rest-of-it";' }, 'rest-of-it'],
    ['a password in German code', { code: "const passwort = 'kaffee-4711';" }, 'kaffee-4711'],
    ['what code falls back to', { code: "const secret = env.get('A') || 'kaffee-4711';" }, 'kaffee-4711'],
    ['what code falls back to without an environment', { code: 'const apiKey = config.key ?? "kaffee-4711"' }, 'kaffee-4711'],
    ['the first field of a form body', { body: 'password=hunter22&user=bob' }, 'hunter22'],
    ['a line of a settings file', { text: 'user=bob\napi_key=hunter22\nport=1' }, 'hunter22'],
    ['a literal in an expression', { password: "={{ 'hunter22' }}" }, 'hunter22'],
    ['a password behind -p of mysql', { command: 'mysql -h db -u root -pkaffee-4711 shop' }, 'kaffee-4711'],
    ['a quoted password behind -p', { command: "mariadb-dump -p'kaffee-4711' shop" }, 'kaffee-4711'],
    ['a password of ssh', { command: 'sshpass -pkaffee-4711 ssh bob@x' }, 'kaffee-4711'],
    ['a long flag', { command: 'mysqldump --password=kaffee-4711 shop' }, 'kaffee-4711'],
    ['a literal in a call that gives it back', { code: "const apiKey = String('kaffee-4711');" }, 'kaffee-4711'],
    ['bytes of a literal', { code: "const signingKey = Buffer.from('kaffee-4711', 'utf8');" }, 'kaffee-4711'],
    ['a variable named pw', { code: "let pw = 'kaffee-4711';" }, 'kaffee-4711'],
    ['a variable named pwd', { code: 'var pwd="kaffee-4711"' }, 'kaffee-4711'],
    ['a variable named pass', { code: 'const pass = `kaffee-4711`;' }, 'kaffee-4711'],
    ['a variable that ends in Pass', { code: "const dbPass = String('kaffee-4711');" }, 'kaffee-4711'],
    ['a member named pass', { code: "smtp.connect({ user: 'bob', 'pass': 'kaffee-4711' })" }, 'kaffee-4711'],
    ['an environment pair', { name: 'SMTP_PASS', value: 'kaffee' }, 'kaffee'],
    ['a header line X-Auth', { code: "socket.write('GET / HTTP/1.1\\r\\nX-Auth: kaffee-4711\\r\\n\\r\\n');" }, 'kaffee-4711'],
    ['a header line X-Api-Key of letters', { code: 'curl -H "X-Api-Key: KaffeeTrinken" https://x.example.org' }, 'KaffeeTrinken'],
    ['a header line with a scheme', { text: 'X-Shop-Auth-Token: Bearer kaffee-4711' }, 'kaffee-4711'],
  ])('hides %s', (_what, value, secret) => {
    const clean = redact(value as JsonValue);

    expect(text(clean)).not.toContain(secret);
    expect(secretPlaces(clean, '').length).toBeGreaterThan(0);
  });

  it.each([
    ['an expression', { token: '={{ $json.token }}' }],
    ['a bearer with an expression', { name: 'Authorization', value: '=Bearer {{ $json.token }}' }],
    ['a template', { password: '${DB_PASSWORD}' }],
    ['an environment look-up', { apiKey: 'process.env.API_KEY' }],
    ['a placeholder', { apiKey: '<your key>' }],
    ['a credential reference', { httpHeaderAuth: { id: 'yFhRlIydLsTDCVU3', name: 'Partner header key' } }],
    ['a paging token', { nextPageToken: 'abc', maxTokens: '100', tokenUrl: 'https://x.example.org/token' }],
    ['a sign-in method', { authentication: 'headerAuth', tokenType: 'Bearer' }],
    ['words about tokens', { note: 'Bearer authentication with a token; basic auth is off' }],
    ['code that reads a variable', { code: 'const token = msg.req.headers.authorization;\nconst key = env.get("KEY");' }],
    ['an empty password', { password: '' }],
    ['code that assigns without quotes', { code: 'token=getToken2()\nsecret=tokens[2]\nlet password=state.password2.x || other;' }],
    ['a fall-back that is no secret', { code: "const user = env.get('U') || 'anonymous1'; const tokenUrl = a || 'https://x.example.org/token';" }],
    ['a port of mysql and a password that is asked for', { command: 'mysql -P3306 -u root -p shop; mkdir -pv x' }],
    ['a password of mysql from the environment', { command: 'mysql -p$DB_PASS shop; mysql -p"${DB_PASS}" shop' }],
    ['a look-up by a telling name', { code: "const apiKey = env.get('SHOP_KEY'); const pass = read('smtp-pass-1'); const pw = state['pw1'];" }],
    ['a wrapped expression', { code: 'const token = String(msg.payload.token); const pw = String(input.pw1 + 1);' }],
    ['a working folder', { code: "const oldPwd = process.cwd(); const pass = './step-1';" }],
    ['a test that went well', { code: "const result = { pass: 'yes', fail: 'no' }; bypass = 'rule-4711'; compass: 'n0rth'" }],
    ['a count of tests', { pass: 3, fail: 0 }],
    ['a header line of an expression', { code: "req.setHeader(`X-Auth: ${token1}`); h = 'X-Api-Key: ' + key1; o = {'X-Auth': auth.token1}" }],
    ['a header line with a name in its place', { text: 'X-Api-Key: {{ $json.key1 }}\nX-Auth: config.auth1\nX-Auth: getAuth1()' }],
    ['prose about a header', { note: 'X-Auth: required. X-Api-Key: see the vendor page. Use an ax-key: or x-keys' }],
  ])('leaves %s alone', (_what, value) => {
    expect(redact(value as JsonValue)).toEqual(value);
  });

  it('replaces only the literal inside code', () => {
    const clean = redact({ code: 'fetch(u, { headers: { Authorization: "Bearer sk-fake-0123456789" } })' }) as { code: string };

    expect(clean.code).toBe(`fetch(u, { headers: { Authorization: "Bearer [redacted api-key ${fingerprintOf('sk-fake-0123456789', KEY)}]" } })`);
  });

  it('shows a rotation by the fingerprint, which depends on the key', () => {
    const places = (secret: string, key: Uint8Array) => secretPlaces(redactItem({ password: secret }, RULES, key), '')[0]!.fingerprint;

    expect(places('one', KEY)).toBe(places('one', KEY));
    expect(places('one', KEY)).not.toBe(places('two', KEY));
    expect(places('one', KEY)).not.toBe(places('one', new Uint8Array(32)));
  });

  it('drops what the manifest names, and gives back what needs no change', () => {
    const untouched = { a: [1, { b: 'c' }] };

    expect(redact({ gone: 1, list: [{ noise: 1, keep: 2 }] })).toEqual({ list: [{ keep: 2 }] });
    expect(redact(untouched)).toBe(untouched);
  });

  it('takes linear time on hostile text', () => {
    const hostile = [`password${' '.repeat(200_000)}`, 'bearer '.repeat(30_000), '://'.repeat(60_000), `${'a'.repeat(100_000)}=`, 'token="'.repeat(20_000), '-----BEGIN PRIVATE KEY-----'.repeat(5_000), '--'.repeat(100_000), 'A_'.repeat(80_000),
      'mysql '.repeat(40_000), `mysql${' -u'.repeat(80_000)}`, 'X-a-'.repeat(60_000), 'x-auth: '.repeat(30_000), 'a_pass='.repeat(40_000), `pw = String(${' '.repeat(200_000)}`, 'pass="'.repeat(40_000), 'aPw'.repeat(60_000), 'token: sk-fake0001 '.repeat(20_000)];

    // of the processor: others may be busy on it
    const started = process.cpuUsage();
    for (const each of hostile) findSecrets(each);

    expect(process.cpuUsage(started).user / 1_000).toBeLessThan(3_000);
  });

  it('lets no planted secret into any resource', async () => {
    const canary = fc.string({ minLength: 20, maxLength: 40, unit: fc.constantFrom(...'ABCDEFGHJKMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz23456789') }).filter((each) => /\d/.test(each) && /[a-z]/i.test(each));

    await fc.assert(fc.asyncProperty(canary, async (secret) => {
      const places: Record<string, unknown> = {
        headers: { parameters: [{ name: 'Authorization', value: `Bearer ${secret}` }, { name: 'X-Auth-Token', value: secret }] },
        url: `https://bob:${secret}@x.example.org/?access_token=${secret}`,
        jsonBody: `{"client_secret":"${secret}","nested":{"apiKey":"${secret}"}}`,
        jsCode: `const secret = "${secret}";\nfetch(u, {headers: {'x-api-key': \`${secret}\`}});`,
        options: { password: secret, deep: [{ accessToken: secret }] },
        content: `The token is: sk-${secret}`,
      };
      const flows = [
        { id: 't', type: 'tab', label: 'T', env: [{ name: 'ANY', type: 'cred', value: secret }] },
        { id: 'f', type: 'function', z: 't', name: 'f', func: `msg.headers = { Authorization: "Token ${secret}" };`, wires: [[]] },
        { id: 'r', type: 'http request', z: 't', name: 'r', url: `https://x.example.org/?token=${secret}`, headers: [{ keyType: 'Authorization', keyValue: '', valueType: 'other', valueValue: secret }], credentials: { user: 'u', password: secret }, wires: [[]] },
        { id: 'c', type: 'mqtt-broker', name: 'b', broker: 'b.example.org', credentials: { password: secret } },
      ];

      const read = await importAll({ 'a.json': n8nWorkflow('n8n-nodes-base.httpRequest', places), 'b.json': flows });

      expect(read.files).toHaveLength(2);
      expect(text(read)).not.toContain(secret);
    }), { numRuns: 25 });
  });

  it('lists where secrets stood', async () => {
    const step = await n8nStep('n8n-nodes-base.set', { assignments: { assignments: [{ id: 'x', name: 'apiKey', value: 'plain', type: 'string' }] } });

    expect(step.properties['inlineSecrets']).toEqual([{ path: 'parameters.assignments.assignments[0].value', kind: 'api-key', fingerprint: fingerprintOf('plain', KEY) }]);
  });

  it('hides a secret that is a workflow\'s or step\'s name', async () => {
    const resources = await resourcesOf({ id: 'w', name: 'sk-fake-key-0001', nodes: [{ id: 'n', name: 'ghp_0123456789abcdefghij', type: 'n8n-nodes-base.set', parameters: {} }], connections: {}, settings: {} });

    expect(text(resources)).not.toMatch(/sk-fake|ghp_/);
  });
});
