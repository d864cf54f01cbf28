/** The parts that decide about text: what is printable, what a PDF must show, dates, addresses. */
import { describe, expect, it } from 'vitest';
import { dateWords } from '../../../src/report/dates.js';
import { printable } from '../../../src/report/printable.js';
import { safeUrl } from '../../../src/report/safe-url.js';
import { assertTextMatches, compareText } from '../../../src/report/text-check.js';
import { clip, list, place, valueWords } from '../../../src/report/words.js';

const ASCII = { covers: (codePoint: number) => codePoint < 128 };
const ALL = { covers: () => true };

describe('the text check', () => {
  it('accepts the texts in order, wherever lines break', () => {
    expect(compareText('Sum mary\nF-1 Webhook\norders', { a: 'Summary', b: ['F-1', 'Webhook orders'] })).toMatchObject({ checked: 3, missing: [] });
  });

  it('finds a text that is missing, changed or hidden', () => {
    const model = { heading: 'Critical (2)', rows: ['F-1', 'F-2'] };

    expect(compareText('Critical (2) F-1', model).missing).toEqual(['F-2']);
    expect(compareText('Critical (3) F-1 F-2', model).missing).toEqual(['Critical (2)']);
    expect(compareText('', model).missing).toHaveLength(3);
  });

  it('does not take a longer number for a shorter text that comes twice', () => {
    expect(compareText('F-1 F-1', { rows: ['F-1', 'F-1', 'F-1 again'] }).missing).toEqual(['F-1 again']);
  });

  it('follows a text across the end of a page with a repeated head between', () => {
    const long = Array.from({ length: 80 }, (_, index) => `word${index}`).join(' ');
    const cut = long.indexOf('word40');

    expect(compareText(`${long.slice(0, cut)} other cell No. What is the case ${long.slice(cut)} end`, { a: long, b: 'end' }).missing).toEqual([]);
  });

  it('does not follow one with a part left out', () => {
    const long = Array.from({ length: 80 }, (_, index) => `word${index}`).join(' ');

    expect(compareText(long.replace('word40', ''), { a: long }).missing).toHaveLength(1);
  });

  it('looks past signs and addresses, which are not text', () => {
    expect(compareText('High', { severityMark: 'critical', href: 'https://x', word: 'High' }).missing).toEqual([]);
  });

  it('bears with what a typeface or a direction of writing changes, and not with a missing word', () => {
    expect(compareText('Ubér i te (שלום 12 abc)', { a: 'U be\u0301r ı\u0307 te', b: 'abc שלום 12' }).missing).toEqual([]);
    expect(compareText('12 שלום', { b: 'abc שלום 12' }).missing).toHaveLength(1);
  });

  it('refuses to publish with a code and the first of what is missing', () => {
    expect(() => assertTextMatches({ checked: 2, missing: ['F-2'], unprintable: 0 }, 'rep_1')).toThrow(expect.objectContaining({ code: 'PLB-REPORT-002' }));
    expect(() => assertTextMatches({ checked: 2, missing: [], unprintable: 1 }, 'rep_1')).toThrow(expect.objectContaining({ code: 'PLB-REPORT-002' }));
    expect(() => assertTextMatches({ checked: 2, missing: [], unprintable: 0 }, 'rep_1')).not.toThrow();
  });
});

describe('printable text', () => {
  it.each([
    ['a\u202Egpj.exe', 'a[U+202E]gpj.exe'], ['zero\u200Bwidth', 'zero[U+200B]width'], ['bell\u0007', 'bell[U+0007]'], ['\uD800x', '\uFFFDx'],
    ['line\r\nbreak\tand tab', 'line break and tab'], ['e\u0301', 'é'], ['\u{1F469}\u200D\u{1F4BB} \u2764\uFE0F', '\u{1F469}\u{1F4BB} \u2764'], ['flag \u{E0067}', 'flag [U+E0067]'],
  ])('%j becomes %j', (text, expected) => {
    expect(printable(text, ALL)).toBe(expected);
  });

  it('names what the typeface cannot draw', () => {
    expect(printable('日 ok 🚀', ASCII)).toBe('[U+65E5] ok [U+1F680]');
  });
});

describe('words', () => {
  it('tell times with their zone, through the change of the clock', () => {
    const dates = dateWords('Europe/Berlin', '2026-11-22T15:40:00Z');

    expect(dates.moment('2026-11-22T15:40:00Z')).toBe('22 Nov 2026, 16:40 CET');
    expect(dates.moment('2026-07-01T00:05:00Z')).toMatch(/^1 Jul 2026, 02:05 (CEST|GMT\+2)$/);
    expect(dates.stamp('2026-12-31T23:30:00Z')).toBe('2027-01-01 00:30');
    expect(dates.moment(null)).toBe('not known');
    expect(dateWords('No/Such', '2026-11-22T15:40:00Z').moment('2026-11-22T15:40:00Z')).toBe('22 Nov 2026, 15:40 UTC');
  });

  it('cut between characters and say so', () => {
    expect(clip('🚀🚀🚀🚀', 3)).toBe('🚀🚀…');
    expect(clip('short', 10)).toBe('short');
  });

  it('make lists, places and values', () => {
    expect(list(['a', 'b', 'c'])).toBe('a, b and c');
    expect(place({ file: 'f.json', workflow: null, step: null }, '')).toBe('f.json');
    expect(place({ file: null, workflow: 'W', step: 'W' }, 'W')).toBe('W');
    expect(valueWords({ redacted: true, kind: 'token', fingerprint: '0123456789abcdef' })).toBe('secret (token, fingerprint 0123456789ab)');
    expect([valueWords(null), valueWords(false), valueWords([]), valueWords(''), valueWords(0)]).toEqual(['nothing', 'no', 'empty list', 'empty text', '0']);
  });

  it.each([
    ['https://a.example/b', 'https://a.example/b'], ['mailto:a@b.example', 'mailto:a@b.example'], ['javascript:alert(1)', null], [' JaVaScRiPt:alert(1)', null], ['data:text/html,x', null],
    ['file:///etc/passwd', null], ['java\nscript:alert(1)', null], ['https://user:secret@a.example', null], ['no address', null], [null, null],
  ])('link %j as %j', (address, expected) => {
    expect(safeUrl(address)).toBe(expected);
  });
});
