import { describe, expect, it } from 'vitest';
import { numberOf } from '../../../src/portal/parts/number-answer.js';

describe('a number typed as an answer', () => {
  it.each([[12, 12], ['12', 12], [0, 0], ['1.5', 1.5]])('takes %j', (typed, answer) => {
    expect(numberOf(typed)).toBe(answer);
  });

  it.each(['', '.', '-', 'Yes, soon', Number.NaN, Infinity])('takes %j for no answer', (typed) => {
    expect(numberOf(typed)).toBeNull();
  });
});
