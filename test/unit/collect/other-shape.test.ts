import { describe, expect, it } from 'vitest';
import { otherShape } from '../../../src/collect/engine/other-shape.js';

const facts = { host: 'acme.example.com', request: 'GET /people' };
const told = (rule: object, body: unknown): string => otherShape({ single: false, ...rule } as never, body as never, facts).message;

describe('an answer in which no list is found', () => {
  it('says what was looked for and which fields are there', () => {
    expect(told({ items: 'people' }, { data: [], meta: {} })).toBe('The answer of acme.example.com to GET /people has another shape than expected: looked for a list at people, found an object with data, meta.');
    expect(told({}, { data: [] })).toContain('looked for a list as the whole answer (name where it stands in `items`), found an object with data.');
    expect(told({ single: true }, [1])).toContain('looked for one object as the whole answer, found a list.');
    expect(told({ items: 'people' }, null)).toContain('found null.');
  });

  it('shows no value, and no name that may be one', () => {
    const message = told({ items: 'people' }, { error: 'canary-value', 'sk_live_51Hxyz0000canary': 1, 'mika@example.com': 2, ok: false });

    expect(message).toContain('an object with error, ok and 2 more');
    expect(message).not.toContain('canary');
    expect(message).not.toContain('mika');
  });
});
