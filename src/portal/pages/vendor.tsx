/** One vendor and its assessments. */
import { Anchor, Button, Table, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { JSX } from 'react';
import type { AssessmentList, Vendor, VendorAnswer } from '../../api/schemas.js';
import { api } from '../api-client.js';
import { EmptyState } from '../parts/empty-state.js';
import { Loaded } from '../parts/loaded.js';
import { Page } from '../parts/page.js';
import { SendQuestionnaire } from '../parts/send-questionnaire.js';
import { Sheet } from '../parts/sheet.js';
import { When } from '../parts/when.js';
import { DECISION_WORDS, REQUEST_WORDS } from '../parts/words.js';
import { useCan } from '../session.js';

export function VendorPage(): JSX.Element {
  const { vendorId } = useParams({ from: '/shell/vendors/$vendorId' });
  const vendor = useQuery({ queryKey: ['vendors', vendorId], queryFn: () => api.get<VendorAnswer>(`vendors/${vendorId}`) });
  return <Loaded query={vendor}>{(answer) => <Content vendor={answer.vendor} />}</Loaded>;
}

function Content({ vendor }: { vendor: Vendor }): JSX.Element {
  const can = useCan();
  const [sending, send] = useDisclosure();
  const assessments = useQuery({ queryKey: ['assessments', 'of', vendor.id], queryFn: () => api.get<AssessmentList>(`assessments?vendorId=${vendor.id}&limit=200`), refetchInterval: 5_000 });
  const button = can('assessments.manage') ? <Button onClick={send.open}>Send a questionnaire</Button> : null;
  return (
    <Page title={vendor.name} trail={[{ to: '/vendors', label: 'Vendors' }]} about={<>{vendor.contactName}, {vendor.contactEmail}{vendor.website && <> · {vendor.website}</>}</>} actions={assessments.data?.items.length === 0 ? null : button}>
      <Text size="sm" className="anywhere">Hosts: {vendor.hosts.join(', ') || 'none named'}</Text>
      <Title order={2} size="h4">Assessments</Title>
      <Loaded query={assessments}>
        {(list) => {
          const own = list.items;
          if (own.length === 0) return <EmptyState title="Never assessed" action={button}>Send a questionnaire; the answer and every reminder will stand here.</EmptyState>;
          return (
            <Sheet label="Assessments, newest first" minWidth={620} columns={[{ head: 'Questionnaire' }, { head: 'State', width: 150 }, { head: 'Due', width: 210 }, { head: 'Decision', width: 120 }]}>
                {own.map((assessment) => (
                  <Table.Tr key={assessment.id}>
                    <Table.Td><Anchor component={Link} size="sm" to={`/assessments/${assessment.id}`}>{assessment.questionnaireTitle}</Anchor></Table.Td>
                    <Table.Td>{REQUEST_WORDS[assessment.state]}{assessment.overdue && ', overdue'}</Table.Td>
                    <Table.Td><When at={assessment.dueAt} stacked /></Table.Td>
                    <Table.Td>{assessment.decision ? DECISION_WORDS[assessment.decision] : 'None yet'}</Table.Td>
                  </Table.Tr>
                ))}
            </Sheet>
          );
        }}
      </Loaded>
      <SendQuestionnaire vendor={vendor} opened={sending} onClose={send.close} />
    </Page>
  );
}
