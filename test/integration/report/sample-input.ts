/** A realistic scan and assessment for the report tests. */
import type { AssessmentReportInput } from '../../../src/report/assessment-report.js';
import type { ReportFinding, ScanReportInput } from '../../../src/report/scan-input.js';

export const HASH = 'c0ffee00'.repeat(8);

export function finding(number: number, change: Partial<ReportFinding> = {}): ReportFinding {
  return {
    number, checkId: 'webhook-authentication', checkVersion: '1.0.0', title: 'Every webhook asks for a sign-in', severity: 'critical', outcome: 'fail',
    resource: { kind: 'entry-point', key: `node-${number}`, name: 'orders' }, location: { file: null, workflow: 'Public order intake', step: 'orders' },
    message: 'Webhook orders in Public order intake takes calls from anyone: no sign-in is set.', fingerprint: HASH, firstSeenAt: '2026-11-14T08:12:00.000Z', ...change,
  };
}

export function scanInput(change: Partial<ScanReportInput> = {}): ScanReportInput {
  return {
    reportId: 'rep_4f6c2c0de1a94a4e9f0b8f6f3f7b2a11', tenantName: 'Northwind Logistics',
    platform: { name: 'Orders Node-RED', connector: 'Node-RED', baseUrl: 'http://127.0.0.1:1880', environment: 'production', isDemo: false },
    scan: { id: 'scn_0b54d0c6f6d94c3db7d0c8ef1b0a9d22', trigger: 'schedule, every 6 hours', startedAt: '2026-11-22T15:38:12.000Z', finishedAt: '2026-11-22T15:38:44.000Z', resourceCount: 214, snapshotRoot: HASH, complete: false },
    completeness: [
      { type: 'flows', title: 'Flows and nodes', state: 'collected', read: 186, expected: 186, reason: null, missing: null, required: true },
      { type: 'settings', title: 'Runtime settings', state: 'collected', read: 1, expected: null, reason: null, missing: null, required: true },
      { type: 'users', title: 'Users and permissions', state: 'forbidden', read: 0, expected: null, reason: 'The key belongs to a member, not to an owner.', missing: 'user:list', required: true },
      { type: 'audit', title: 'Audit log', state: 'unavailable', read: 0, expected: null, reason: 'Part of the enterprise plan.', missing: null, required: false },
      { type: 'projects', title: 'Projects', state: 'empty', read: 0, expected: 0, reason: null, missing: null, required: false },
      { type: 'runs', title: 'Run statistics', state: 'partial', read: 500, expected: 1240, reason: 'The platform stopped answering.', missing: null, required: false },
    ],
    checkResults: checkResults(),
    findings: findings(),
    drift: drift(),
    baseline: { version: 4, approvedBy: 'Ines Duarte', approvedAt: '2026-11-02T10:20:00.000Z', proposedBy: 'Mats Holm' },
    flows: ['api.openai.com', 'hooks.slack.com', 'erp.northwind.example', 'pastebin.example'].flatMap((host, index) =>
      ['Public order intake', 'Nightly invoice export', 'Customer mail triage'].slice(0, index === 2 ? 3 : 1).map((workflow) => ({ host, workflow, step: `send to ${host.split('.')[0]}`, location: { file: null, workflow, step: null } }))),
    auditCheckpoint: { size: 1288, root: HASH }, asOf: '2026-11-22T15:40:00.000Z', timeZone: 'Europe/Berlin', ...change,
  };
}

function checkResults(): ScanReportInput['checkResults'] {
  const titles = ['Every webhook asks for a sign-in', 'Certificates of other hosts are checked', 'No secret stands in a step', 'AI models are on the approved list', 'No shell command takes caller data', 'Every workflow has an error path', 'Editor asks for a sign-in', 'Mail is sent over TLS only'];
  return titles.map((title, index) => ({
    checkId: `check-${String(index + 1).padStart(2, '0')}`, checkVersion: '1.2.0', title, severity: (['critical', 'high', 'high', 'medium', 'critical', 'low', 'critical', 'info'] as const)[index] ?? 'info',
    outcome: (['fail', 'fail', 'pass', 'fail', 'pass', 'waived', 'could-not-verify', 'not-applicable'] as const)[index] ?? 'pass',
    counts: { pass: 12 * index, fail: index < 4 ? 3 : 0, notApplicable: 0, couldNotVerify: index === 6 ? 1 : 0 },
    reason: index === 6 ? 'No permission: needs the right user:list.' : null,
  }));
}

function findings(): ReportFinding[] {
  return [
    finding(3), finding(4, { location: { file: null, workflow: 'Returns', step: 'returns hook' }, message: 'Webhook returns hook in Returns takes calls from anyone: no sign-in is set.' }),
    finding(7, { checkId: 'tls-verification', title: 'Certificates of other hosts are checked', severity: 'high', message: 'Step send invoice in Nightly invoice export does not check the certificate of erp.northwind.example.', location: { file: null, workflow: 'Nightly invoice export', step: 'send invoice' }, resource: { kind: 'step', key: 'x', name: 'send invoice' } }),
    finding(9, { checkId: 'ai-model-approved', title: 'AI models are on the approved list', severity: 'medium', message: 'AI step Classify mail uses gpt-4o-mini, which is not on the approved list.', location: { file: null, workflow: 'Customer mail triage', step: 'Classify mail' } }),
    finding(11, { checkId: 'editor-sign-in', title: 'Editor asks for a sign-in', outcome: 'could-not-verify', message: 'No permission: needs the right user:list.' }),
    finding(12, { checkId: 'error-path', title: 'Every workflow has an error path', severity: 'low', outcome: 'waived', message: 'Workflow Heartbeat has no error path. Waived until 1 Mar 2027 by Ines Duarte: it only logs.' }),
  ];
}

function drift(): ScanReportInput['drift'] {
  return [
    { fingerprint: HASH, resource: { kind: 'entry-point', key: 'a', name: 'orders' }, change: 'changed', class: 'auth-removed', severity: 'critical', path: 'authentication', before: 'basic', after: 'none', edits: [{ path: 'authentication', before: 'basic', after: 'none' }, { path: 'parameters.authentication', before: 'basicAuth', after: null }], sentence: 'Webhook orders in Public order intake no longer asks for a password (since 14 Nov, by the account ops-admin).' },
    { fingerprint: HASH, resource: { kind: 'step', key: 'b', name: 'notify' }, change: 'changed', class: 'host-added', severity: 'high', path: 'hosts', before: ['hooks.slack.com'], after: ['hooks.slack.com', 'pastebin.example'], edits: [{ path: 'hosts', before: ['hooks.slack.com'], after: ['hooks.slack.com', 'pastebin.example'] }], sentence: 'Step notify in Public order intake now also sends data to pastebin.example.' },
    { fingerprint: HASH, resource: { kind: 'credential-ref', key: 'c', name: 'ERP' }, change: 'changed', class: 'secret-rotated', severity: 'info', path: 'token', before: { redacted: true, kind: 'token', fingerprint: 'a1b2c3d4e5f60718' }, after: { redacted: true, kind: 'token', fingerprint: '9988776655443322' }, edits: [], sentence: 'Credential ERP now has another secret.' },
  ];
}

export function assessmentInput(change: Partial<AssessmentReportInput> = {}): AssessmentReportInput {
  return {
    reportId: 'rep_77aa2c0de1a94a4e9f0b8f6f3f7b2a22', tenantName: 'Northwind Logistics',
    vendor: { name: 'Parcel Cloud GmbH', website: 'https://parcel-cloud.example/security', contactName: 'Jo Weiss' },
    questionnaire: { id: 'mvsp-v3', title: 'Minimum viable secure product', version: '1.0.0', source: 'MVSP v3 (mvsp.dev)' },
    assessment: { id: 'asm_22aa2c0de1a94a4e9f0b8f6f3f7b2a33', status: 'submitted', createdAt: '2026-11-02T09:00:00.000Z', dueAt: '2026-11-20T22:59:59.000Z', submittedAt: '2026-11-19T14:02:00.000Z', submittedBy: 'Jo Weiss', decision: null },
    sections: [
      { title: 'Business controls', questions: [
        { id: 'q1', controlId: '1.1', text: 'Do you publish how somebody can report a weakness to you?', answer: 'yes', comment: 'security.txt, answered within two working days.', answeredAt: '2026-11-18T10:00:00.000Z' },
        { id: 'q2', controlId: '1.2', text: 'Has an outsider tested your product within the last twelve months?', answer: 'no', comment: 'Planned for March.', answeredAt: '2026-11-18T10:05:00.000Z' },
        { id: 'q3', controlId: '1.3', text: 'Which standards do you hold a certificate for?', answer: ['ISO 27001', 'SOC 2 type II'], comment: null, answeredAt: '2026-11-18T10:06:00.000Z' },
      ] },
      { title: 'Operational controls', questions: [
        { id: 'q4', controlId: '4.1', text: 'Do you own the buildings in which your servers stand?', answer: 'n/a', comment: null, answeredAt: '2026-11-19T09:00:00.000Z' },
        { id: 'q5', controlId: '4.2', text: 'Are backups restored as a test at least once a year?', answer: null, comment: null, answeredAt: null },
      ] },
    ],
    reminders: [{ kind: 'request', sentAt: '2026-11-02T09:00:10.000Z', to: 'jo@parcel-cloud.example' }, { kind: 'final-reminder', sentAt: '2026-11-18T07:00:00.000Z', to: 'jo@parcel-cloud.example' }],
    auditCheckpoint: { size: 1288, root: HASH }, asOf: '2026-11-22T15:40:00.000Z', timeZone: 'Europe/Berlin', ...change,
  };
}
