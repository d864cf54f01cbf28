/** Asks for a PDF report, waits for it and offers the download. */
import { Button, Group, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type JSX } from 'react';
import type { CreateReportRequest, ReportAnswer } from '../../api/schemas.js';
import { api } from '../api-client.js';
import { useCan } from '../session.js';
import { count } from './words.js';

export function ProduceReport({ kind, subjectId }: { kind: CreateReportRequest['kind']; subjectId: string }): JSX.Element | null {
  const can = useCan();
  const queries = useQueryClient();
  const [reportId, setReportId] = useState<string | null>(null);
  const produce = useMutation({
    mutationFn: () => api.post<ReportAnswer>('reports', { kind, subjectId }),
    onSuccess: async (answer) => {
      setReportId(answer.report.id);
      await queries.invalidateQueries({ queryKey: ['reports'] });
    },
  });
  const report = useQuery({
    queryKey: ['report', reportId],
    queryFn: () => api.get<ReportAnswer>(`reports/${reportId}`),
    enabled: reportId !== null,
    refetchInterval: (query) => (query.state.data?.report.status === 'ready' || query.state.data?.report.status === 'failed' ? false : 800),
  });
  if (!can('reports.produce')) return null;
  const state = report.data?.report;
  if (state?.status === 'ready') return <Button component="a" href={`/api/v1/reports/${state.id}/pdf`} download>Download the PDF{state.pages !== null && ` (${count(state.pages, 'page')})`}</Button>;
  const refused = produce.error?.message ?? (state?.status === 'failed' ? `${state.error?.code} ${state.error?.message} ${state.error?.next}` : null);
  return (
    <Group gap="xs" role="status">
      {refused && <Text size="sm" c="var(--mantine-color-error)" role="alert" maw={420}>{refused}</Text>}
      <Button variant="default" loading={produce.isPending || (reportId !== null && state?.status !== 'failed')} onClick={() => produce.mutate()}>Produce the PDF report</Button>
    </Group>
  );
}
