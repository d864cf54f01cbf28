/** The audit trail: who did what, whether it verifies, and the export. */
import { Alert, Button, Code, Stack, Table } from '@mantine/core';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import type { JSX } from 'react';
import type { AuditEventList, AuditVerification } from '../../api/schemas.js';
import { api } from '../api-client.js';
import { Page } from '../parts/page.js';
import { Problem } from '../parts/problem.js';
import { When } from '../parts/when.js';
import { count } from '../parts/words.js';

export function AuditPage(): JSX.Element {
  const verify = useMutation({ mutationFn: () => api.get<AuditVerification>('audit/verify') });
  return (
    <Page
      title="Audit trail"
      about="Every change of state, in the order it happened, chained so that a later edit shows."
      actions={<><Button loading={verify.isPending} onClick={() => verify.mutate()}>Verify the trail</Button><Button variant="default" component="a" href="/api/v1/audit/export" download="plumbline-audit.ndjson">Export</Button></>}
    >
      <Problem error={verify.error} />
      {verify.data && <Verdict verdict={verify.data} />}
      <Events />
    </Page>
  );
}

function Verdict({ verdict }: { verdict: AuditVerification }): JSX.Element {
  if (!verdict.ok) {
    return <Alert color="red" role="alert" title="The trail does not verify">{verdict.reason}{verdict.firstBad !== null && ` The first event that does not fit is number ${verdict.firstBad}.`} Keep the data folder as it is and compare with the last checkpoint you hold.</Alert>;
  }
  return (
    <Alert color="teal" role="status" title="The trail verifies">
      All {count(verdict.size, 'event')} hash to the root <Code style={{ overflowWrap: 'anywhere' }}>{verdict.root}</Code>
      {verdict.checkpointSize !== null && `, and to the signed checkpoint at ${count(verdict.checkpointSize, 'event')}`}.
    </Alert>
  );
}

function Events(): JSX.Element {
  const events = useInfiniteQuery({
    queryKey: ['audit'],
    queryFn: ({ pageParam }) => api.get<AuditEventList>(`audit/events${pageParam ? `?cursor=${encodeURIComponent(pageParam)}` : ''}`),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });
  const rows = events.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Stack>
      <Problem error={events.error} />
      <Table.ScrollContainer minWidth={640}>
        <Table striped>
          <Table.Thead><Table.Tr><Table.Th className="numbers">No.</Table.Th><Table.Th>When</Table.Th><Table.Th>Who</Table.Th><Table.Th>What</Table.Th><Table.Th>On</Table.Th></Table.Tr></Table.Thead>
          <Table.Tbody>
            {rows.map((event) => (
              <Table.Tr key={event.index}>
                <Table.Td className="numbers">{event.index}</Table.Td><Table.Td><When at={event.at} /></Table.Td><Table.Td>{event.actor.name}</Table.Td><Table.Td><Code>{event.action}</Code></Table.Td>
                <Table.Td>{event.subject.type} <Code>{event.subject.id}</Code></Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {events.hasNextPage && <Button variant="default" loading={events.isFetchingNextPage} onClick={() => void events.fetchNextPage()}>Show more</Button>}
    </Stack>
  );
}
