/** Asks for a PDF report, waits for it and offers the download. */
import { Button, Group, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type JSX } from 'react';
import type { CreateReportRequest, ReportAnswer } from '../../api/schemas.js';
import { api } from '../api-client.js';
import { useCan } from '../session.js';

export function ProduceReport({ kind, subjectId }: { kind: CreateReportRequest['kind']; subjectId: string }): JSX.Element | null {
  const can = useCan();
  const [reportId, setReportId] = useState<string | null>(null);
  const produce = useMutation({ mutationFn: () => api.post<ReportAnswer>('reports', { kind, subjectId }), onSuccess: (answer) => setReportId(answer.report.id) });
  const report = useQuery({
    queryKey: ['report', reportId],
    queryFn: () => api.get<ReportAnswer>(`reports/${reportId}`),
    enabled: reportId !== null,
    refetchInterval: (query) => (query.state.data?.report.status === 'ready' || query.state.data?.report.status === 'failed' ? false : 800),
  });
  if (!can('reports.produce')) return null;
  const state = report.data?.report;
  if (state?.status === 'ready') return <Button component="a" href={`/api/v1/reports/${state.id}/pdf`}>Download the PDF ({state.pages} pages)</Button>;
  const refused = produce.error ?? (state?.status === 'failed' ? new Error(`${state.error?.message} ${state.error?.next}`) : null);
  return (
    <Group gap="xs">
      {refused && <Text size="sm" c="var(--mantine-color-error)" role="alert">{refused.message}</Text>}
      <Button variant="default" loading={produce.isPending || (reportId !== null && state?.status !== 'failed')} onClick={() => produce.mutate()}>Produce the PDF report</Button>
    </Group>
  );
}
