/**
 * The findings as SARIF 2.1.0, for code reviews and pipelines. Owns the form. What could not be verified is kind `review`
 * with level `none`: the standard allows no other level there.
 */
import { isAbsolute, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Severity } from '../../model/severity.js';
import type { ScanFinding, ScanResult } from './result.js';

interface RuleSource {
  readonly id: string;
  readonly version: string;
  readonly title: string;
  readonly severity: Severity;
  readonly rationale: string;
  readonly remediation: readonly string[];
}

const LEVELS: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = { critical: 'error', high: 'error', medium: 'warning', low: 'note', info: 'note' };
/** the score that code hosts sort by */
const SCORES: Readonly<Record<Severity, string>> = { critical: '9.5', high: '8.0', medium: '5.5', low: '3.0', info: '0.0' };

function uriOf(file: string): string {
  if (isAbsolute(file)) return pathToFileURL(file).href;
  return file.split(sep).map((part) => (part === '.' || part === '..' ? part : encodeURIComponent(part))).join('/');
}

function ruleOf(check: RuleSource): object {
  return {
    id: check.id,
    name: check.title.replaceAll(/[^A-Za-z0-9]+(.)?/g, (_all, next: string | undefined) => next?.toUpperCase() ?? ''),
    shortDescription: { text: check.title },
    fullDescription: { text: check.rationale },
    help: { text: check.remediation.join('\n') },
    defaultConfiguration: { level: LEVELS[check.severity] },
    properties: { version: check.version, 'security-severity': SCORES[check.severity], tags: ['security', check.severity] },
  };
}

function locationOf(finding: ScanFinding): object {
  const { file, workflow, step } = finding.location;
  const parts = [workflow, step].filter((part) => part !== null);
  return {
    ...(file === null ? {} : { physicalLocation: { artifactLocation: { uri: uriOf(file) }, region: { startLine: 1 } } }),
    logicalLocations: [{ name: finding.resource.name, fullyQualifiedName: parts.length === 0 ? finding.resource.name : parts.join(' › '), kind: finding.resource.kind }],
  };
}

function resultOf(finding: ScanFinding, ruleIndex: number): object {
  const failed = finding.outcome === 'fail';
  return {
    ruleId: finding.checkId,
    ...(ruleIndex < 0 ? {} : { ruleIndex }),
    kind: failed ? 'fail' : 'review',
    level: failed ? LEVELS[finding.severity] : 'none',
    message: { text: failed ? finding.message : `Could not be verified: ${finding.message}` },
    locations: [locationOf(finding)],
    partialFingerprints: { 'plumbline/v1': finding.fingerprint },
    properties: { severity: finding.severity, outcome: finding.outcome, resourceKey: finding.resource.key },
  };
}

export function sarifOf(result: ScanResult, checks: readonly RuleSource[], version: string): object {
  const rules = checks.map(ruleOf);
  const indexOf = new Map(checks.map((check, index) => [check.id, index]));
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{
      tool: { driver: { name: 'Plumbline', version, semanticVersion: version, rules } },
      invocations: [{
        executionSuccessful: result.unreadable.length === 0,
        toolExecutionNotifications: result.unreadable.map(({ file, reason }) => ({ level: 'error', message: { text: `Could not be read: ${reason}` }, locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(file) } } }] })),
      }],
      columnKind: 'utf16CodeUnits',
      results: result.findings.map((finding) => resultOf(finding, indexOf.get(finding.checkId) ?? -1)),
    }],
  };
}
