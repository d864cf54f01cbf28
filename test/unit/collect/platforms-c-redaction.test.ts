import { describe, expect, it } from 'vitest';
import { pathRules } from '../../../src/collect/redact/path-rules.js';
import { redactItem } from '../../../src/collect/redact/redact.js';
import { KEY } from './mapping-fixtures.js';

const rules = { paths: pathRules([], []), where: [{ field: 'password', equals: true, redact: 'value' }], references: [{ field: 'load_from_db', equals: true, names: 'value' }] };

describe('a field that holds the name of a stored secret', () => {
  it('keeps the name, though the field is called a secret', () => {
    const field = { name: 'api_key', password: true, load_from_db: true, value: 'OPENAI_API_KEY' };

    expect(redactItem(field, rules, KEY)).toEqual(field);
  });

  it('is a secret all the same when it looks like one, or when the manifest does not say that it is a name', () => {
    const typed = { name: 'api_key', password: true, load_from_db: true, value: 'sk-proj-zzzzzzzzzzzzzzzzzzzzzzzz0123456789' };
    const literal = { name: 'api_key', password: true, load_from_db: false, value: 'OPENAI_API_KEY' };

    expect(redactItem(typed, rules, KEY)).toMatchObject({ value: { redacted: true } });
    expect(redactItem(literal, rules, KEY)).toMatchObject({ value: { redacted: true } });
  });
});

describe('a pair in a list', () => {
  const plain = { paths: pathRules([], []), where: [] };

  it('hides the value after a name that tells a secret', () => {
    const headers = [['X-Api-Key', 'fixture-key-0000'], ['Authorization', 'Bearer abc def'], ['Content-Type', 'application/json 1']];

    expect(redactItem(headers, plain, KEY)).toEqual([['X-Api-Key', expect.objectContaining({ redacted: true })], ['Authorization', expect.objectContaining({ redacted: true })], ['Content-Type', 'application/json 1']]);
  });

  it('leaves lists of two names, references and longer lists alone', () => {
    const lists = [['password', 'email'], ['X-Api-Key', '{{ secrets.key1 }}'], ['token', 'a 1', 'b 2']];

    expect(redactItem(lists, plain, KEY)).toEqual(lists);
  });
});
