import { describe, expect, it } from 'vitest';
import { findSecrets } from '../../../src/collect/redact/detectors.js';
import { pathRules } from '../../../src/collect/redact/path-rules.js';
import { createDisguise } from '../../../src/collect/simulate/disguise.js';

const rules = { paths: pathRules(['seen'], [{ path: 'vars.*.value', kind: 'variable' }]), where: [{ field: 'secret', equals: true, redact: 'text' }] };
const SECRETS = [
  'ghp_R7tQ2mVx9KpL4sWz8BnC3dFh', 'sk-proj-Zk3mN8qW1rT6yU2pA5sD9fG4', 'AKIAJ3RT6WQZ8XYNPLMK', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJlLXg',
  '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\nBKcwggSjAgEAAoIBAQC7\n-----END PRIVATE KEY-----',
];

describe('the disguise of recorded answers', () => {
  it.each(SECRETS)('puts an invented value of the same look in the place of %s', (secret) => {
    const disguise = createDisguise();

    const text = (disguise.json({ note: `use ${secret} here` }, rules) as { note: string }).note;

    expect(text).not.toContain(secret);
    expect(text).not.toContain(secret.slice(secret.length / 2, secret.length / 2 + 8));
    expect(findSecrets(text).map(({ kind }) => kind)).toEqual(findSecrets(`use ${secret} here`).map(({ kind }) => kind));
  });

  it('goes by names, paths and marks too, and leaves all else as it is', () => {
    const disguise = createDisguise();
    const item = { id: 'a1', password: 'summer-2026', vars: { zone: { value: 'north' } }, pairs: [{ name: 'Authorization', value: 'Bearer 9f8e7d6c5b4a3928' }], cell: { secret: true, text: 'hidden words' }, seen: 'yesterday', count: 7, url: 'https://host.example.org/x' };

    const clean = disguise.json(item, rules) as typeof item;

    expect(JSON.stringify(clean)).not.toMatch(/summer-2026|north|9f8e7d6c5b4a3928|hidden words/);
    expect(clean).toMatchObject({ id: 'a1', seen: 'yesterday', count: 7, url: 'https://host.example.org/x', cell: { secret: true } });
  });

  it('looks into texts that hold JSON', () => {
    const text = (createDisguise().json({ code: JSON.stringify({ steps: [{ apiKey: 'plain-word-key' }] }) }, rules) as { code: string }).code;

    expect(JSON.parse(text)).toMatchObject({ steps: [{ apiKey: expect.any(String) }] });
    expect(text).not.toContain('plain-word-key');
  });

  it('keeps where an address leads to', () => {
    const disguise = createDisguise();

    const { dsn, url } = disguise.json({ dsn: 'postgres://app:Sup3rSecretPw@db.example.net/app?sslmode=off', url: 'https://user:hunter2pass@api.example.net/x?api_key=AbCdEf1234567890ZyXw' }, rules) as { dsn: string; url: string };

    expect(disguise.text(dsn)).toMatch(/^postgres:\/\/app:[^@]{13}@db\.example\.net\/\w{3}\?sslmode=/);
    expect(disguise.text(url)).toMatch(/^https:\/\/user:[^@]{11}@api\.example\.net\/x\?api_key=/);
    expect(`${dsn} ${url}`).not.toMatch(/Sup3rSecretPw|hunter2pass|AbCdEf/);
  });

  it('takes the same for the same, another for another, and other ones in each recording', () => {
    const [one, two] = [createDisguise(), createDisguise()];

    expect(one.standIn(SECRETS[0]!)).toBe(one.standIn(SECRETS[0]!));
    expect(one.standIn(SECRETS[0]!)).not.toBe(one.standIn(SECRETS[0]!.replace('R', 'S')));
    expect(one.standIn(SECRETS[0]!)).not.toBe(two.standIn(SECRETS[0]!));
  });

  it('puts example addresses in the place of people\'s, the same one for the same person', () => {
    const disguise = createDisguise();

    expect(disguise.text('Olga@Firm.de, x@firm.de, mailto:olga@firm.de, a@example.org')).toBe('person1@example.com, person2@example.com, mailto:person1@example.com, a@example.org');
    expect(disguise.mails()).toBe(2);
    expect(disguise.text('App@1.4.0')).toBe('App@1.4.0');
  });
});
