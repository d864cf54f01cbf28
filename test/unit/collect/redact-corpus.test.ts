import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../src/model/resource.js';
import { findSecrets } from '../../../src/collect/redact/detectors.js';
import { secretPlaces } from '../../../src/collect/redact/marks.js';
import { pathRules } from '../../../src/collect/redact/path-rules.js';
import { redactItem } from '../../../src/collect/redact/redact.js';
import { KEY } from './mapping-fixtures.js';
import { ORDINARY, PLANTED } from './redact-corpus.js';

const RULES = { paths: pathRules([], []), where: [] };
const redact = (value: JsonValue): JsonValue => redactItem(value, RULES, KEY);
const words = (value: JsonValue): string => JSON.stringify(value);

describe('redaction over the corpus', () => {
  it('misses none of what was planted', () => {
    const missed = PLANTED.filter(({ value, hidden }) => {
      const clean = redact(value);
      const told = words(clean) + secretPlaces(clean, '').map(({ kind }) => kind).join();
      return hidden.some((secret) => told.includes(words(secret).slice(1, -1))) || (secretPlaces(clean, '').length === 0 && !words(clean).includes('[redacted '));
    });

    expect({ of: PLANTED.length, missed: missed.map(({ what, value }) => `${what}: ${words(redact(value))}`) }).toEqual({ of: PLANTED.length, missed: [] });
    expect(PLANTED.length).toBeGreaterThanOrEqual(90);
  });

  it('leaves the host, the user and all else that is no secret readable', () => {
    const lost = PLANTED.flatMap(({ what, value, kept }) => (kept ?? []).filter((part) => !words(redact(value)).includes(part)).map((part) => `${what}: ${part} in ${words(redact(value))}`));

    expect(lost).toEqual([]);
  });

  it('changes nothing of ordinary texts', () => {
    const changed = ORDINARY.filter((value) => words(redact(value)) !== words(value));

    expect({ of: ORDINARY.length, changed: changed.map((value) => words(redact(value))) }).toEqual({ of: ORDINARY.length, changed: [] });
    expect(ORDINARY.length).toBeGreaterThanOrEqual(100);
  });

  it('finds nothing more in what it has redacted', () => {
    const again = PLANTED.filter(({ value }) => words(redact(redact(value))) !== words(redact(value)));

    expect(again.map(({ what, value }) => `${what}: ${words(redact(redact(value)))}`)).toEqual([]);
  });

  it('takes linear time on hostile text', () => {
    const hostile = ['auth=("a","'.repeat(30_000), 'cookie: a=b; '.repeat(30_000), 'jdbc:oracle:thin:a/'.repeat(20_000), 'postgres://a:'.repeat(30_000), 'postgres://a:'.concat('b@'.repeat(100_000)), ';Password='.repeat(30_000), `;Password={${'a'.repeat(200_000)}`,
      '-u a:'.repeat(60_000), "-u 'a:".repeat(40_000), 'PuTTY-User-Key-File-3:'.repeat(8_000), 'login("a",'.repeat(40_000), `login(${' '.repeat(200_000)}`, 'appid='.repeat(60_000), '?appid='.repeat(60_000), 'password=a '.repeat(40_000), `https://${'a1'.repeat(100_000)}`, 'https://a1'.repeat(30_000), 'pin="'.repeat(40_000),
      '<password>a'.repeat(30_000), `<password>${'a '.repeat(100_000)}`, `<password>a${' '.repeat(200_000)}`, '<password '.repeat(30_000), '&lt;password&gt;a'.repeat(20_000), 'key="ApiSecret" '.repeat(20_000), 'key="ApiSecret" value="'.repeat(15_000), `key="token"${' '.repeat(200_000)}value`,
      'secret = a1'.repeat(30_000), '\nsecret = a1b2c3d4 '.repeat(20_000), `secret${' '.repeat(200_000)}=`, '"Bearer " & '.repeat(30_000), '"Bearer " & "a'.repeat(30_000), 'api_key=" + "'.repeat(30_000), 'password'.repeat(40_000), 'identified by '.repeat(30_000), 'login a password '.repeat(20_000),
      'set token '.repeat(30_000), 'password: |\n '.repeat(20_000), 'eyJ'.repeat(80_000), 'eyJhbGci '.repeat(30_000), `eyJ${'a'.repeat(300_000)}`, 'pw: '.repeat(60_000), 'пароль: '.repeat(30_000), 'token%22%3A%22'.repeat(20_000), 'token&quot;:&quot;'.repeat(20_000), '#access_token='.repeat(20_000)];

    const times = hostile.map((each) => {
      const started = performance.now();
      findSecrets(each);
      return { text: each.slice(0, 30), milliseconds: performance.now() - started };
    });

    expect(times.filter(({ milliseconds }) => milliseconds > 1_000)).toEqual([]);
  });
});
