/** PDF reports of scans and assessments. */
import { Anchor, Code, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { JSX } from 'react';
import type { Report, ReportList } from '../../api/schemas.js';
import { api } from '../api-client.js';
import { EmptyState } from '../parts/empty-state.js';
import { Loaded } from '../parts/loaded.js';
import { Page } from '../parts/page.js';
import { When } from '../parts/when.js';

const STATUS_WORDS = { queued: 'Waiting', rendering: 'Being made', ready: 'Ready', failed: 'Failed' };

export function ReportsPage(): JSX.Element {
  const reports = useQuery({
    queryKey: ['reports'],
    queryFn: () => api.get<ReportList>('reports'),
    refetchInterval: (query) => (query.state.data?.items.some((report) => report.status === 'queued' || report.status === 'rendering') ? 1_000 : 10_000),
  });
  return (
    <Page title="Reports" about="Signed PDF reports. The SHA-256 is of the file as you download it.">
      <Loaded query={reports}>
        {(list) => list.items.length === 0
          ? <EmptyState title="No report yet">Open a scan or an assessment and press Produce the PDF report.</EmptyState>
          : <Rows items={list.items} />}
      </Loaded>
    </Page>
  );
}

function Rows({ items }: { items: Report[] }): JSX.Element {
  return (
    <Table.ScrollContainer minWidth={720}>
      <Table striped>
        <Table.Thead><Table.Tr><Table.Th>Report</Table.Th><Table.Th>As of</Table.Th><Table.Th>State</Table.Th><Table.Th className="numbers">Pages</Table.Th><Table.Th>SHA-256</Table.Th></Table.Tr></Table.Thead>
        <Table.Tbody>
          {items.map((report) => (
            <Table.Tr key={report.id}>
              <Table.Td>{report.status === 'ready' ? <Anchor href={`/api/v1/reports/${report.id}/pdf`}>{report.title}</Anchor> : report.title}</Table.Td>
              <Table.Td><When at={report.asOf} /></Table.Td>
              <Table.Td>{STATUS_WORDS[report.status]}{report.error && <Text size="xs">{report.error.code} {report.error.message} {report.error.next}</Text>}</Table.Td>
              <Table.Td className="numbers">{report.pages ?? '–'}</Table.Td>
              <Table.Td>{report.sha256 ? <Code style={{ overflowWrap: 'anywhere' }}>{report.sha256}</Code> : '–'}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
