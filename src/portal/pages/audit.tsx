/** The audit trail: who did what, whether it verifies, and the export. */
import { Alert, Button, Code, Table, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { JSX } from 'react';
import type { AuditEvent, AuditVerification } from '../../api/schemas.js';
import { api } from '../api-client.js';
import { EmptyState } from '../parts/empty-state.js';
import { Page } from '../parts/page.js';
import { Paged } from '../parts/pages.js';
import { Problem } from '../parts/problem.js';
import { Sheet } from '../parts/sheet.js';
import { When } from '../parts/when.js';
import { asWords, count } from '../parts/words.js';

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
      <Text size="sm">All {count(verdict.size, 'event')} are as they were written. {provenInWords(verdict)}</Text>
      <Text size="xs" mt={4} className="anywhere">Root <code>{verdict.root}</code></Text>
    </Alert>
  );
}

function provenInWords({ provenSize, size }: AuditVerification): string {
  if (provenSize === 0) return 'No signed checkpoint vouches for them yet; the export carries one.';
  return provenSize === size ? 'A signed checkpoint vouches for all of them.' : `A signed checkpoint vouches for the first ${provenSize.toLocaleString('en')}.`;
}

const COLUMNS = [{ head: 'No.', numbers: true, width: 72 }, { head: 'When', width: 210 }, { head: 'Who', width: '20%' }, { head: 'What' }, { head: 'On' }];

function Events(): JSX.Element {
  return (
    <Paged<AuditEvent> queryKey={['audit']} path="audit/events">
      {(events) => events.length === 0 ? <EmptyState title="Nothing happened yet">Every change of state will stand here.</EmptyState> : (
        <Sheet label="Events, newest first" minWidth={720} columns={COLUMNS}>
          {events.map((event) => (
            <Table.Tr key={event.index}>
              <Table.Td className="numbers">{event.index.toLocaleString('en')}</Table.Td>
              <Table.Td><When at={event.at} stacked /></Table.Td>
              <Table.Td className="anywhere">{event.actor.name}{event.actor.type === 'request' && <Text component="span" size="xs" c="dimmed"> by mailed link</Text>}</Table.Td>
              <Table.Td>{asWords(event.action)}</Table.Td>
              <Table.Td><Subject event={event} /></Table.Td>
            </Table.Tr>
          ))}
        </Sheet>
      )}
    </Paged>
  );
}

/** The name where the event carries one, else the id; details hold no secret. */
function Subject({ event }: { event: AuditEvent }): JSX.Element {
  const name = ['name', 'title', 'vendorName', 'platformName'].map((field) => event.details[field]).find((value) => typeof value === 'string');
  return <span className="anywhere">{asWords(event.subject.type)}{typeof name === 'string' && ` ${name}`} <Text component="span" display="block"><Code fz="xs">{event.subject.id}</Code></Text></span>;
}
