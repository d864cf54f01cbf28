/** The result for people at a terminal: aligned, at most 100 wide, colour for severity only. Owns words and layout. Pure. */
import type { Severity } from '../../model/severity.js';
import { SEVERITIES } from '../../model/severity.js';
import { NOT_AN_EXPORT } from '../../collect/index.js';
import type { ScanFinding, ScanResult } from './result.js';

const WIDTH = 100;
const MAX_ROWS = 60;
const LETTERS: Readonly<Record<Severity, string>> = { critical: 'C', high: 'H', medium: 'M', low: 'L', info: 'I' };
const COLOURS: Readonly<Record<Severity, string>> = { critical: '\u001b[1;31m', high: '\u001b[31m', medium: '\u001b[33m', low: '\u001b[36m', info: '\u001b[2m' };

export interface TableStyle {
  readonly colour: boolean;
}

/** Names come from strangers: nothing in them may steer the terminal or forge a line. */
export function inert(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\u00b7');
}

function cut(text: string, width: number): string {
  const characters = [...inert(text)];
  return characters.length <= width ? characters.join('') : `${characters.slice(0, width - 1).join('')}…`;
}

function wrap(text: string, width: number): string[] {
  const lines = [''];
  for (const word of inert(text).split(' ').flatMap((each) => (each.length > width ? each.match(new RegExp(`.{1,${width}}`, 'gu')) ?? [] : [each]))) {
    const last = lines.at(-1)!;
    if (last !== '' && last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines;
}

function placeOf({ location, resource }: ScanFinding): string {
  const parts = [location.workflow, location.step].filter((part) => part !== null);
  return parts.length === 0 ? resource.name : parts.join(' › ');
}

function mark(severity: Severity, style: TableStyle): string {
  return style.colour ? `${COLOURS[severity]}${LETTERS[severity]}\u001b[0m` : LETTERS[severity];
}

function findingRows(findings: readonly ScanFinding[], style: TableStyle): string[] {
  const shown = findings.slice(0, MAX_ROWS);
  const checkWidth = Math.max(5, ...shown.map((finding) => finding.checkId.length));
  const placeWidth = Math.min(36, Math.max(5, ...shown.map((finding) => [...placeOf(finding)].length)));
  const messageWidth = WIDTH - 3 - checkWidth - 2 - placeWidth - 2;
  const indent = ' '.repeat(WIDTH - messageWidth);
  const head = `   ${'CHECK'.padEnd(checkWidth)}  ${'PLACE'.padEnd(placeWidth)}  WHAT`;
  const rows = shown.flatMap((finding) => {
    const place = cut(placeOf(finding), placeWidth);
    const [first = '', ...rest] = wrap(finding.message, messageWidth);
    return [`${mark(finding.severity, style)}  ${finding.checkId.padEnd(checkWidth)}  ${place}${' '.repeat(placeWidth - [...place].length)}  ${first}`, ...rest.map((line) => indent + line)];
  });
  const more = findings.length - shown.length;
  return [head, ...rows, ...(more > 0 ? [`   and ${more} more; --json lists them all`] : [])];
}

function unverifiedRows(findings: readonly ScanFinding[]): string[] {
  const reasons = new Map<string, Set<string>>();
  for (const { message, checkId } of findings) reasons.set(message, (reasons.get(message) ?? new Set()).add(checkId));
  return [...reasons].flatMap(([message, checks]) => wrap(`${message} (${checks.size === 1 ? [...checks][0] : `${checks.size} checks`})`, WIDTH - 3).map((line, index) => (index === 0 ? '?  ' : '   ') + line));
}

function listRows(list: readonly { readonly file: string; readonly reason: string }[], sign: string = '!'): string[] {
  const shown = list.slice(0, MAX_ROWS).flatMap(({ file, reason }) => wrap(`${file}: ${reason}`, WIDTH - 3).map((line, index) => (index === 0 ? `${sign}  ` : '   ') + line));
  return list.length > MAX_ROWS ? [...shown, `   and ${list.length - MAX_ROWS} more; --json lists them all`] : shown;
}

function plural(count: number, one: string, many: string = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Of files, what was read in part or not at all; what no file ever holds is one line of its own. */
function incompleteRows({ completeness, platform }: ScanResult): string[] {
  const told = completeness.filter(({ state }) => (platform === null ? state === 'partial' || state === 'failed' : state !== 'collected' && state !== 'empty'));
  return told.flatMap((entry) => wrap(`${entry.title}: ${entry.state}${entry.reason === null ? '' : `, ${entry.reason}`}${entry.missing === null ? '' : ` (missing right: ${entry.missing})`}`, WIDTH - 3).map((line, index) => (index === 0 ? '!  ' : '   ') + line));
}

/** Read to its end, and nothing there: a sentence about no workflow at all must not stand alone. */
function emptyRows({ completeness, platform }: ScanResult): string[] {
  const empty = platform === null ? [] : completeness.filter(({ state, required }) => required && state === 'empty');
  return empty.flatMap(({ title, reason }) => wrap(`${title}: empty, ${reason ?? 'the platform lists none to this key'}`, WIDTH - 3).map((line, index) => (index === 0 ? '!  ' : '   ') + line));
}

function absentRows({ completeness, platform }: ScanResult): string[] {
  const held = new Set(completeness.filter(({ state }) => state !== 'unavailable').map(({ title }) => title));
  const titles = [...new Set(completeness.filter(({ state, title }) => state === 'unavailable' && !held.has(title)).map(({ title }) => title))].sort();
  return platform !== null || titles.length === 0 ? [] : wrap(`Not in exported files, so not judged: ${titles.join(', ')}.`, WIDTH);
}

/** Sound JSON of something else is only counted: a checkout is full of it. Everything else is named. */
function ignoredRows(ignored: ScanResult['ignored']): string[] {
  const others = ignored.filter(({ reason }) => reason !== NOT_AN_EXPORT);
  const count = ignored.length - others.length;
  const counted = count === 0 ? [] : [`Not judged: ${plural(count, 'JSON file')} that ${count === 1 ? 'is' : 'are'} no workflow export.`];
  return others.length === 0 ? counted : [...counted, 'Not judged', ...listRows(others, '-')];
}

function verdict(result: ScanResult): string {
  const { summary } = result;
  if (result.platform === null && summary.files.judged === 0) return 'Nothing was judged, for the reasons above.';
  const total = SEVERITIES.reduce((sum, severity) => sum + summary.findings[severity], 0);
  const parts = SEVERITIES.filter((severity) => summary.findings[severity] > 0).map((severity) => `${summary.findings[severity]} ${severity}`);
  const from = result.platform === null ? plural(summary.files.judged, 'file') : `the ${result.platform.connectorId} instance`;
  return `${plural(summary.workflows, 'workflow')} of ${from} judged: ${total === 0 ? 'nothing found' : `${plural(total, 'finding')} (${parts.join(', ')})`}${summary.couldNotVerify > 0 ? `, ${summary.couldNotVerify} could not be verified` : ''}${summary.files.unreadable > 0 ? `, ${plural(summary.files.unreadable, 'file')} could not be read, or not wholly` : ''}.`;
}

function nextStep(result: ScanResult): string {
  if (result.platform === null && result.summary.files.judged === 0) return 'Next: name a folder with exported workflows (*.json).';
  if (result.unreadable.length > 0) return 'Next: export the files marked ! again, then type the same command.';
  if (result.findings.some((finding) => finding.outcome === 'fail')) return 'Next: --sarif report.sarif for a code review, --fail-on high to stop a pipeline.';
  return 'Next: npm start watches the platform on schedule and shows what changes.';
}

export function tableOf(result: ScanResult, style: TableStyle): string {
  const failed = result.findings.filter((finding) => finding.outcome === 'fail');
  const unverified = result.findings.filter((finding) => finding.outcome === 'could-not-verify');
  const sections: string[][] = [];
  if (failed.length > 0) sections.push(findingRows(failed, style));
  if (unverified.length > 0) sections.push(['Could not be verified', ...unverifiedRows(unverified)]);
  const unread = [...listRows(result.unreadable), ...incompleteRows(result)];
  if (unread.length > 0) sections.push([result.unreadable.length > 0 ? 'Could not be read, or not wholly (PLB-COLLECT-012)' : 'Could not be read', ...unread]);
  if (result.ignored.length > 0) sections.push(ignoredRows(result.ignored));
  const empty = emptyRows(result);
  if (empty.length > 0) sections.push(empty);
  if (result.undescribed !== null) sections.push(wrap(`${result.undescribed}.`, WIDTH));
  const absent = absentRows(result);
  if (absent.length > 0) sections.push(absent);
  sections.push([...wrap(verdict(result), WIDTH), nextStep(result)]);
  return `${sections.map((section) => section.join('\n')).join('\n\n')}\n`;
}
