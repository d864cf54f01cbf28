/** The vendor register. */
import { Anchor, Button, Modal, Stack, Table, TagsInput, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState, type JSX } from 'react';
import type { VendorAnswer, VendorList } from '../../api/schemas.js';
import { api } from '../api-client.js';
import { EmptyState } from '../parts/empty-state.js';
import { Loaded } from '../parts/loaded.js';
import { Page } from '../parts/page.js';
import { Problem } from '../parts/problem.js';
import { REQUEST_WORDS } from '../parts/words.js';
import { useCan } from '../session.js';

export function VendorsPage(): JSX.Element {
  const can = useCan();
  const [registering, register] = useDisclosure();
  const vendors = useQuery({ queryKey: ['vendors'], queryFn: () => api.get<VendorList>('vendors') });
  const button = can('vendors.write') ? <Button onClick={register.open}>Register a vendor</Button> : null;
  return (
    <Page title="Vendors" about="Whoever receives data from your flows, or runs a part of them." actions={button}>
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
    <Table.ScrollContainer minWidth={560}>
      <Table striped>
        <Table.Thead><Table.Tr><Table.Th>Vendor</Table.Th><Table.Th>Contact</Table.Th><Table.Th>Hosts</Table.Th><Table.Th>Assessment</Table.Th></Table.Tr></Table.Thead>
        <Table.Tbody>
          {list.items.map((vendor) => (
            <Table.Tr key={vendor.id}>
              <Table.Td><Anchor component={Link} to={`/vendors/${vendor.id}`}>{vendor.name}</Anchor></Table.Td>
              <Table.Td>{vendor.contactName}, {vendor.contactEmail}</Table.Td>
              <Table.Td>{vendor.hosts.join(', ') || 'none named'}</Table.Td>
              <Table.Td>{vendor.lastAssessment ? REQUEST_WORDS[vendor.lastAssessment.state] : 'Never assessed'}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
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
    <Modal opened={opened} onClose={onClose} title="Register a vendor" closeButtonProps={{ 'aria-label': 'Close' }}>
      <form onSubmit={(event) => { event.preventDefault(); add.mutate(); }}>
        <Stack>
          <TextInput label="Name" required value={vendor.name} onChange={set('name')} />
          <TextInput label="Website" placeholder="https://example.org" value={vendor.website} onChange={set('website')} />
          <TextInput label="Contact: name" required value={vendor.contactName} onChange={set('contactName')} />
          <TextInput label="Contact: e-mail" description="Questionnaires go here" type="email" required value={vendor.contactEmail} onChange={set('contactEmail')} />
          <TagsInput label="Hosts" description="Where your flows reach it, e.g. api.example.org; press Enter after each" value={hosts} onChange={setHosts} />
          <Problem error={add.error} />
          <Button type="submit" loading={add.isPending}>Register the vendor</Button>
        </Stack>
      </form>
    </Modal>
  );
}
