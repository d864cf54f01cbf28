/** The contract of the workflow `produceReport`: one report, from stored facts to a signed PDF in the blob store. */

export interface ProduceReportInput {
  tenantId: string;
  reportId: string;
}

export interface ProduceReportResult {
  reportId: string;
  sha256: string;
  pages: number;
}

export const PRODUCE_REPORT = 'produceReport';

export function reportWorkflowId(tenantId: string, reportId: string): string {
  return `report:${tenantId}:${reportId}`;
}
