import { describe, expect, it } from 'vitest';
import { newReading, readAddress } from '../../../src/collect/emit/addresses.js';
import { redactItem } from '../../../src/collect/redact/redact.js';
import { isReference, referenceMarks, withoutReferences } from '../../../src/collect/redact/references.js';
import type { References } from '../../../src/collect/redact/references.js';
import type { JsonValue } from '../../../src/model/resource.js';

const lantern: References = { marks: referenceMarks(['((']), read: { begins: [], holds: ['(('] } };
const tideway: References = { marks: referenceMarks(['<<']), read: null };

function redacted(item: JsonValue, marks: References = lantern): JsonValue {
  return redactItem(item, { paths: { drop: false, secret: null, children: new Map() }, where: [], marks, names: new Set(['pincode']) }, new Uint8Array(32));
}

describe('references by the marks that a connector declares', () => {
  it('close as they open; words, single brackets and what the engine knows are none', () => {
    expect(referenceMarks(['((', '<<', '#[', '{', 'triggerBody(', '$json', '{{', '$('])).toEqual([{ open: '((', close: '))' }, { open: '<<', close: '>>' }, { open: '#[', close: ']#' }]);
  });

  it.each(['((vault.pw))', ' (( vault.pw )) '])('are no secrets under a secret name, as a whole value: %s', (text) => {
    const item = { password: text, pinCode: text, headers: [{ name: 'X-Api-Key', value: text }], tokens: [text] };

    expect(redacted(item)).toEqual(item);
  });

  it.each(['((vault.pw))x9Q', 'pre((vault.pw))', '(("hunter2-4711"))', '(())', '((a)) ((b))', 'hunter2-4711', '((ghp_0123456789abcdefghijABCDEFGHIJ012345))'])('hide what is more than one reference: %s', (text) => {
    expect(JSON.stringify(redacted({ password: text }))).toMatch(/redacted/);
  });

  it('count only for the connector that declares them', () => {
    expect(JSON.stringify(redacted({ password: '((vault.pw))' }, tideway))).toMatch(/redacted/);
    expect(redacted({ password: '<<vault.pw>>' }, tideway)).toEqual({ password: '<<vault.pw>>' });
  });

  it.each<[text: string, hosts: string[], dynamic: boolean, hidden: boolean, clearText: boolean]>([
    ['((payload.where))', [], true, true, false],
    ['((payload.where))/orders', [], true, true, false],
    ['https://((payload.host))/orders', [], true, false, false],
    ['http://((payload.host))/orders', [], true, false, true],
    ['https://api.example.com/((payload.id))', ['api.example.com'], false, false, false],
  ])('in an address make what they stand for a matter of the run: %s', (text, hosts, dynamic, hidden, clearText) => {
    const reading = newReading();

    readAddress(text, reading, lantern);

    expect({ ...reading, hosts: [...reading.hosts] }).toEqual({ hosts, dynamic, hidden, clearText, any: true });
  });

  it('cost no more than the text is long', () => {
    const started = process.cpuUsage().user;

    withoutReferences('(('.repeat(500_000), lantern, '-');
    isReference(`((${'a'.repeat(500_000)}`, lantern);

    expect(process.cpuUsage().user - started).toBeLessThan(1_000_000);
  });
});
