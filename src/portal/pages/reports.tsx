/** PDF reports of scans and assessments. */
import { Anchor, Code, Table, Text } from '@mantine/core';
import type { JSX } from 'react';
import type { Report } from '../../api/schemas.js';
import { EmptyState } from '../parts/empty-state.js';
import { Page } from '../parts/page.js';
import { Paged } from '../parts/pages.js';
import { Sheet } from '../parts/sheet.js';
import { When } from '../parts/when.js';

const STATUS_WORDS = { queued: 'Waiting', rendering: 'Being made', ready: 'Ready', failed: 'Failed' };

export function ReportsPage(): JSX.Element {
  return (
    <Page title="Reports" about="Signed PDF reports. The SHA-256 is of the file as you download it.">
      <Paged<Report> queryKey={['reports']} path="reports" refetchMs={(items) => (items.some((report) => report.status === 'queued' || report.status === 'rendering') ? 1_000 : 10_000)}>
        {(items) => items.length === 0
          ? <EmptyState title="No report yet">Open a scan or an assessment and press Produce the PDF report.</EmptyState>
          : <Rows items={items} />}
      </Paged>
    </Page>
  );
}

function Rows({ items }: { items: Report[] }): JSX.Element {
  return (
    <Sheet label="Reports, newest first" minWidth={760} columns={[{ head: 'Report' }, { head: 'As of', width: 210 }, { head: 'State', width: 120 }, { head: 'Pages', numbers: true, width: 70 }, { head: 'SHA-256', width: '30%' }]}>
          {items.map((report) => (
            <Table.Tr key={report.id}>
              <Table.Td className="anywhere">{report.status === 'ready' ? <Anchor size="sm" href={`/api/v1/reports/${report.id}/pdf`} download>{report.title}</Anchor> : report.title}</Table.Td>
              <Table.Td><When at={report.asOf} stacked /></Table.Td>
              <Table.Td>{STATUS_WORDS[report.status]}{report.error && <Text size="xs">{report.error.code} {report.error.message} {report.error.next}</Text>}</Table.Td>
              <Table.Td className="numbers">{report.pages ?? '–'}</Table.Td>
              <Table.Td>{report.sha256 ? <Code style={{ overflowWrap: 'anywhere' }}>{report.sha256}</Code> : '–'}</Table.Td>
            </Table.Tr>
          ))}
    </Sheet>
  );
}
