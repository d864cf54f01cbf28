/** "How to check this report", the same in both reports. */
import type { AuditPosition, ReportSeal, VerifySection } from './report-model.js';

export interface VerifyFacts {
  readonly heading: string;
  readonly reportId: string;
  readonly auditCheckpoint: AuditPosition | null;
  readonly madeAt: string;
}

export function verifySection(facts: VerifyFacts, seal: ReportSeal): VerifySection {
  const checkpoint = facts.auditCheckpoint;
  return {
    heading: facts.heading,
    intro: 'Nobody has to take this file on trust. Four checks, none of which needs the person who sent it:',
    steps: [
      'Unchanged since it was signed: any PDF reader that checks signatures shows it. The certificate is this installation’s own, so compare its fingerprint below with the one the administrator gives you.',
      'The signature carries the installation’s own clock; no time-stamping authority stands behind its date.',
      'Same data: the same report produced again from the same stored data has the same content hash and the same bytes.',
      'Nothing slipped in or out of the record: the audit log is a hash tree. Its first entries, up to the size below, must give the root below.',
    ],
    facts: [
      { label: 'Report', value: facts.reportId },
      { label: 'Produced', value: facts.madeAt },
      { label: 'Content hash (SHA-256)', value: seal.contentHash },
      { label: 'Signing certificate (SHA-256)', value: seal.certificateFingerprint },
      { label: 'Audit log size', value: checkpoint === null ? 'no checkpoint yet' : String(checkpoint.size) },
      { label: 'Audit log root', value: checkpoint === null ? 'no checkpoint yet' : checkpoint.root },
    ],
  };
}
