/** The vendor register. */
import { Anchor, Button, Modal, Stack, Table, TagsInput, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState, type JSX } from 'react';
import type { Vendor, VendorAnswer, VendorList } from '../../api/schemas.js';
import { api } from '../api-client.js';
import { EmptyState } from '../parts/empty-state.js';
import { Loaded } from '../parts/loaded.js';
import { Page } from '../parts/page.js';
import { Problem } from '../parts/problem.js';
import { Sheet } from '../parts/sheet.js';
import { DECISION_WORDS, REQUEST_WORDS } from '../parts/words.js';
import { useCan } from '../session.js';

export function VendorsPage(): JSX.Element {
  const can = useCan();
  const [registering, register] = useDisclosure();
  const vendors = useQuery({ queryKey: ['vendors'], queryFn: () => api.get<VendorList>('vendors'), refetchInterval: 10_000 });
  const button = can('vendors.manage') ? <Button onClick={register.open}>Register a vendor</Button> : null;
  return (
    <Page title="Vendors" about="Whoever receives data from your flows, or runs a part of them." actions={vendors.data?.items.length === 0 ? null : button}>
      <Loaded query={vendors}>
        {(list) => list.items.length === 0
          ? <EmptyState title="No vendor is registered" action={button}>Register a vendor with its contact, then send it a questionnaire. It answers from a mailed link, without an account.</EmptyState>
          : <Rows list={list} />}
      </Loaded>
      <RegisterVendor opened={registering} onClose={register.close} />
    </Page>
  );
}

function Rows({ list }: { list: VendorList }): JSX.Element {
  return (
    <Sheet label="Vendors" minWidth={680} columns={[{ head: 'Vendor', width: '20%' }, { head: 'Contact' }, { head: 'Hosts', width: '25%' }, { head: 'Newest assessment', width: '20%' }]}>
          {list.items.map((vendor) => (
            <Table.Tr key={vendor.id}>
              <Table.Td className="anywhere"><Anchor component={Link} size="sm" fw={600} to={`/vendors/${vendor.id}`}>{vendor.name}</Anchor></Table.Td>
              <Table.Td className="anywhere">{vendor.contactName}<Text size="xs" c="dimmed">{vendor.contactEmail}</Text></Table.Td>
              <Table.Td className="anywhere">{vendor.hosts.join(', ') || 'none named'}</Table.Td>
              <Table.Td><LastAssessment vendor={vendor} /></Table.Td>
            </Table.Tr>
          ))}
    </Sheet>
  );
}

function LastAssessment({ vendor }: { vendor: Vendor }): JSX.Element {
  const last = vendor.lastAssessment;
  if (last === null) return <Text size="sm" c="dimmed">Never assessed</Text>;
  return <Anchor component={Link} size="sm" to={`/assessments/${last.id}`}>{REQUEST_WORDS[last.state]}{last.decision && `, ${DECISION_WORDS[last.decision].toLowerCase()}`}</Anchor>;
}

const EMPTY = { name: '', website: '', contactName: '', contactEmail: '' };

function RegisterVendor({ opened, onClose }: { opened: boolean; onClose: () => void }): JSX.Element {
  const [vendor, setVendor] = useState(EMPTY);
  const [hosts, setHosts] = useState<string[]>([]);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const add = useMutation({
    mutationFn: () => api.post<VendorAnswer>('vendors', { ...vendor, website: vendor.website || null, hosts }),
    onSuccess: async (answer) => {
      await queries.invalidateQueries({ queryKey: ['vendors'] });
      setVendor(EMPTY);
      setHosts([]);
      onClose();
      await navigate({ to: '/vendors/$vendorId', params: { vendorId: answer.vendor.id } });
    },
  });
  const set = (field: keyof typeof EMPTY) => (event: { currentTarget: { value: string } }) => setVendor({ ...vendor, [field]: event.currentTarget.value });
  return (
    <Modal opened={opened} onClose={onClose} title="Register a vendor">
      <form onSubmit={(event) => { event.preventDefault(); add.mutate(); }}>
        <Stack>
          <TextInput data-autofocus label="Name" required value={vendor.name} onChange={set('name')} />
          <TextInput label="Website" placeholder="https://example.org" value={vendor.website} onChange={set('website')} />
          <TextInput label="Contact: name" required value={vendor.contactName} onChange={set('contactName')} />
          <TextInput label="Contact: e-mail" description="Questionnaires go here" type="email" required value={vendor.contactEmail} onChange={set('contactEmail')} />
          <TagsInput label="Hosts" description="Where your flows reach it, such as api.example.org; Enter after each" acceptValueOnBlur value={hosts} onChange={setHosts} />
          <Problem error={add.error} />
          <Button type="submit" loading={add.isPending}>Register the vendor</Button>
        </Stack>
      </form>
    </Modal>
  );
}
