/** What the built-in mail catcher received, while no SMTP server is configured. */
import { Alert, Anchor, Code, Modal, Stack, Table, Tabs, Text, UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type JSX } from 'react';
import type { CaughtMail, Mailbox } from '../../api/schemas.js';
import { api } from '../api-client.js';
import { EmptyState } from '../parts/empty-state.js';
import { Loaded } from '../parts/loaded.js';
import { Page } from '../parts/page.js';
import { Sheet } from '../parts/sheet.js';
import { When } from '../parts/when.js';

export function MailboxPage(): JSX.Element {
  const [open, setOpen] = useState<string | null>(null);
  const mailbox = useQuery({ queryKey: ['mailbox'], queryFn: () => api.get<Mailbox>('mailbox?limit=200'), refetchInterval: 5_000 });
  return (
    <Page title="Mailbox" about="While SMTP_URL is not set, no mail leaves this machine: what would have been sent stands here.">
      <Loaded query={mailbox}>
        {(box) => (
          <Stack>
            {!box.active && <Alert title="Real mail is on">SMTP_URL is set, so mails go to that server and nothing new is caught here.</Alert>}
            {box.items.length === 0
              ? <EmptyState title="No mail yet">Send a vendor a questionnaire, and its request appears here within seconds.</EmptyState>
              : <Rows box={box} onOpen={setOpen} />}
          </Stack>
        )}
      </Loaded>
      {open && <Mail id={open} onClose={() => setOpen(null)} />}
    </Page>
  );
}

function Rows({ box, onOpen }: { box: Mailbox; onOpen: (id: string) => void }): JSX.Element {
  return (
    <Sheet label="Mails, newest first" minWidth={620} columns={[{ head: 'Subject' }, { head: 'To', width: '30%' }, { head: 'Received', width: 220 }]}>
      {box.items.map((mail) => (
        <Table.Tr key={mail.id}>
          <Table.Td className="anywhere"><UnstyledButton fz="sm" c="var(--mantine-color-anchor)" className="row-button" onClick={() => onOpen(mail.id)}><span className="row-words">{mail.subject}</span></UnstyledButton></Table.Td>
          <Table.Td className="anywhere">{mail.to}</Table.Td><Table.Td><When at={mail.receivedAt} stacked /></Table.Td>
        </Table.Tr>
      ))}
    </Sheet>
  );
}

const LINK = /(https?:\/\/\S+)/;

/** The text part, with its links made to be opened; the HTML part is shown where no script and no request is possible. */
function Mail({ id, onClose }: { id: string; onClose: () => void }): JSX.Element {
  const mail = useQuery({ queryKey: ['mailbox', id], queryFn: () => api.get<CaughtMail>(`mailbox/${id}`) });
  return (
    <Modal opened onClose={onClose} size="xl" title={mail.data?.subject ?? 'Mail'}>
      <Loaded query={mail}>
        {(content) => (
          <Stack>
            <Text size="sm" c="dimmed" component="div">From {content.from} to {content.to}, <When at={content.receivedAt} /></Text>
            <Tabs defaultValue="text">
              <Tabs.List><Tabs.Tab value="text">Text</Tabs.Tab>{content.html && <Tabs.Tab value="html">As designed</Tabs.Tab>}</Tabs.List>
              <Tabs.Panel value="text" pt="sm">
                <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
                  {content.text.split(LINK).map((part, index) => (index % 2 === 1 ? <Anchor key={`${index}-${part}`} href={part} target="_blank" rel="noreferrer">{part}</Anchor> : part))}
                </Code>
              </Tabs.Panel>
              {content.html && <Tabs.Panel value="html" pt="sm"><iframe title="The mail as designed" sandbox="" srcDoc={content.html} style={{ width: '100%', height: 520, border: '1px solid var(--mantine-color-default-border)', background: '#fff' }} /></Tabs.Panel>}
            </Tabs>
          </Stack>
        )}
      </Loaded>
    </Modal>
  );
}
