/** Values that say their type: the name stands outside, the text inside. */
import { describe, expect, it } from 'vitest';
import { pathRules } from '../../../src/collect/redact/path-rules.js';
import { redactItem } from '../../../src/collect/redact/redact.js';
import type { JsonValue } from '../../../src/model/resource.js';

function clean(item: JsonValue): JsonValue {
  return redactItem(item, { paths: pathRules([], []), where: [] }, new Uint8Array(32));
}

describe('a named value that says its type', () => {
  it('is a secret when its name tells one', () => {
    const item = clean({ name: 'apiKey', value: { stringValue: 'plain-Words-77', numberValue: null } });

    expect(item).toMatchObject({ name: 'apiKey', value: { numberValue: null, stringValue: { redacted: true, kind: 'api-key' } } });
  });

  it.each([{ name: 'region', value: { stringValue: 'plain-Words-77' } }, { name: 'apiKey', value: { stringValue: '{!$Credential.Key}' } }, { name: 'apiKey', value: { elementReference: 'key' } }])('is none in %j', (item) => {
    expect(clean(item as unknown as JsonValue)).toEqual(item);
  });
});
