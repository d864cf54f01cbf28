import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findSecrets } from '../../../src/collect/redact/detectors.js';
import { WORTH_A_LOOK, mayHoldSecret } from '../../../src/collect/redact/first-look.js';
import { judgeName, verdictOfName } from '../../../src/collect/redact/names.js';
import { pathRules, placeBelow, startOf } from '../../../src/collect/redact/path-rules.js';
import type { PathRules, Place } from '../../../src/collect/redact/path-rules.js';

/** One example at least of every word of the slow look. */
const WORDS = [
  'hook.', 'hooks.zapier', 'script.google', '-----BEGIN', 'eyJ', 'AKIA', 'ASIA', 'webhook', 'hooks.slack', 'bearer', 'basic ', 'x-', 'mysql', 'mariadb', '7z', 'pw', '://a@', '://user:b@', 'pass', 'secret', 'token', 'key',
  'authorization', 'jwt', 'cookie', 'sig', 'auth=', 'code=', '12345678:', '90000001:', '-u ', '--user', 'sk-', 'sk_', 'rk_', 'ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_', 'glpat', 'xox', 'xapp', 'AIza', 'ya29', 'GOCSPX', 'npm_', 'SG.',
  'hf_', 'shp', '_v1_', 'patAbCdEfGhIjKlMn.', 'lin_api', 'gsk_', 'xai-', 'pplx', 'r8_', 'ntn_', 'tvly', 'dapi', 'sq0', 'EAA',
  'whsec_', 'github_pat', 'glptt', 'gldt-', 'glrt-', 'glsoat', 'n8n_api', 'hvs.', 'pypi-', 'dckr_pat', 'PMAK-', 'ATATT3', 'sbp_', 'figd_', 'rubygems_', 'mcp.zapier', 'api.telegram', 'maker.ifttt', 'pagerduty', 'open-apis/bot', 'calendar/ical',
  'hooks.airtable', 'jdbc:', 'appid=', 'sid=', 'sessionid=', 'sessid=', 'ticket=', 'pin = ', 'auth=(', 'authenticate(', 'login(', 'signin(', 'credentials=[', 'identified by', 'пароль', '密码', '密碼',
];
const word = fc.constantFrom(...WORDS).chain((each) => fc.constantFrom(each, each.toUpperCase(), each.toLowerCase()));
const noise = fc.oneof(fc.string({ maxLength: 6 }), fc.string({ unit: 'binary', maxLength: 4 }), fc.constantFrom('', '-', '_', '.', 'a', ' ', '\u017f', '\u212a'));

describe('the first look for secrets', () => {
  it.each(WORDS)('sees %s, wherever it stands', (each) => {
    for (const text of [each, each.toUpperCase(), `a${each}`, `${each}b`, `some text ${each} and more`, `\u00e9${each}`]) {
      expect(WORTH_A_LOOK.test(text)).toBe(true);
      expect(mayHoldSecret(text)).toBe(true);
    }
  });

  it('knows an example of every word', () => {
    expect(WORTH_A_LOOK.source.split('|').filter((pattern) => !WORDS.some((each) => new RegExp(pattern, 'i').test(each)))).toEqual([]);
  });

  it('says what the slow one says', () => {
    fc.assert(fc.property(fc.array(fc.oneof(noise, word), { maxLength: 4 }).map((parts) => parts.join('')), (text) => {
      expect(mayHoldSecret(text)).toBe(WORTH_A_LOOK.test(text));
    }), { numRuns: 5_000 });
  });

  it('finds the same secrets in texts that it met before', () => {
    const assigned = fc.tuple(fc.constantFrom('token: ', 'api_key=', 'password: "', 'Bearer ', 'x-api-key: '), fc.string({ maxLength: 24 })).map(([name, value]) => `${name}${value}"`);
    fc.assert(fc.property(fc.oneof(assigned, word), (text) => {
      const first = findSecrets(text);

      expect(findSecrets(text)).toEqual(first);
    }));
    for (let at = 0; at < 10_000; at += 1) findSecrets(`the token is number ${at}`);
    expect(findSecrets('password: "hunter22-hunter22"')).toHaveLength(1);
  });
});

describe('what a name tells', () => {
  const word = fc.constantFrom('password', 'passwd', 'api', 'Key', 'key', 'token', 'Token', 'next', 'secret', 'pin', 'PIN', 'pat', 'auth', 'session', 'id', 'name', 'value', 'contrase\u00f1a', 'cl\u00e9', 'sig', 'Access', 'connection', 'string', 'orders', 'step', 'K', '\u212aey', 'dsn', 'x', 'pw', 'public');
  const glue = fc.constantFrom('', '_', '-', ' ', '.', '1', '42', '/', '@', '\u0301', '[', '!');
  const name = fc.array(fc.oneof(word, glue, fc.string({ maxLength: 2 })), { maxLength: 7 }).map((parts) => parts.join(''));

  it('is what a look at the whole name says', () => {
    fc.assert(fc.property(name, (each) => {
      fc.pre(each.length <= 80);
      expect(verdictOfName(each)).toEqual(judgeName(each));
    }), { numRuns: 10_000 });
  });

  it('is still known after very many names', () => {
    for (let at = 0; at < 12_000; at += 1) verdictOfName(`token ${at} key`);
    expect(verdictOfName('apiKey')).toEqual({ kind: 'api-key', certain: true });
  });
});

describe('the place that a walk reaches', () => {
  /** All rules at a path, one by one. */
  const slowly = (rules: readonly PathRules[], path: readonly string[]): readonly PathRules[] => path.reduce<readonly PathRules[]>((at, key) => at.flatMap(({ children }) => [key === '*' ? undefined : children.get(key), children.get('*')].filter((rule) => rule !== undefined)), rules);
  const part = fc.constantFrom('a', 'b', 'c', '*');
  const path = fc.array(part, { minLength: 1, maxLength: 4 });

  it('has the rules that a look at each rule finds, and says what the first of them says', () => {
    fc.assert(fc.property(fc.array(path, { maxLength: 5 }), fc.array(path, { maxLength: 3 }), fc.array(path, { maxLength: 6 }), (drop, secrets, walks) => {
      const rules = pathRules(drop.map((each) => each.join('.')), secrets.map((each, at) => ({ path: each.join('.'), kind: `kind ${at}` })));
      for (const walk of walks) {
        const place = walk.reduce<Place | null>((at, key) => (at === null ? null : placeBelow(at, key)), startOf(rules));
        const found = slowly([rules], walk);
        const first = found.find((rule) => rule.drop || rule.secret !== null);
        expect(place?.rules ?? []).toEqual(found);
        expect([place?.drop ?? false, place?.secret ?? null]).toEqual([first?.drop ?? false, first?.secret ?? null]);
      }
    }), { numRuns: 1_000 });
  });
});
