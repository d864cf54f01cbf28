/** People and invitations. */
import { Alert, Button, Code, CopyButton, Group, Modal, MultiSelect, Stack, Table, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { modals } from '@mantine/modals';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type JSX } from 'react';
import type { Invited, PeopleList, Person, PersonAnswer } from '../../api/schemas.js';
import { api } from '../api-client.js';
import { Loaded } from '../parts/loaded.js';
import { Page } from '../parts/page.js';
import { Problem } from '../parts/problem.js';
import { When } from '../parts/when.js';
import { useCan, useMe } from '../session.js';

const ROLE_WORDS = [{ value: 'officer', label: 'Compliance officer' }, { value: 'auditor', label: 'Auditor (reads only)' }, { value: 'administrator', label: 'Administrator' }];
const STATE_WORDS = { invited: 'Invited', active: 'Active', disabled: 'Disabled' };

export function PeoplePage(): JSX.Element {
  const can = useCan();
  const [inviting, invite] = useDisclosure();
  const people = useQuery({ queryKey: ['people'], queryFn: () => api.get<PeopleList>('people') });
  return (
    <Page title="People" about="Who may sign in. Baselines need two officers: one proposes, another approves." actions={can('people.write') ? <Button onClick={invite.open}>Invite a person</Button> : null}>
      <Loaded query={people}>{(list) => <Rows items={list.items} />}</Loaded>
      {inviting && <Invite onClose={invite.close} />}
    </Page>
  );
}

function Rows({ items }: { items: Person[] }): JSX.Element {
  const can = useCan();
  const me = useMe();
  const queries = useQueryClient();
  const disable = useMutation({ mutationFn: (person: Person) => api.post<PersonAnswer>(`people/${person.id}/disable`), onSuccess: () => queries.invalidateQueries({ queryKey: ['people'] }) });
  const ask = (person: Person): string => modals.openConfirmModal({
    title: `Disable ${person.name}?`, children: <Text size="sm">They are signed out everywhere at once and cannot sign in again. What they did stays on record.</Text>,
    labels: { confirm: `Disable ${person.name}`, cancel: 'Keep the account' }, confirmProps: { color: 'red' }, onConfirm: () => disable.mutate(person),
  });
  return (
    <Stack>
      <Problem error={disable.error} />
      <Table.ScrollContainer minWidth={560}>
        <Table striped>
          <Table.Thead><Table.Tr><Table.Th>Name</Table.Th><Table.Th>E-mail</Table.Th><Table.Th>Roles</Table.Th><Table.Th>State</Table.Th><Table.Th>Since</Table.Th><Table.Th><span className="visually-hidden">Actions</span></Table.Th></Table.Tr></Table.Thead>
          <Table.Tbody>
            {items.map((person) => (
              <Table.Tr key={person.id}>
                <Table.Td>{person.name}</Table.Td><Table.Td>{person.email}</Table.Td><Table.Td>{person.roles.join(', ')}</Table.Td><Table.Td>{STATE_WORDS[person.state]}</Table.Td><Table.Td><When at={person.disabledAt ?? person.createdAt} /></Table.Td>
                <Table.Td>{can('people.write') && person.state === 'active' && person.id !== me.data?.person?.id && <Button size="compact-sm" variant="default" onClick={() => ask(person)}>Disable</Button>}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Stack>
  );
}

function Invite({ onClose }: { onClose: () => void }): JSX.Element {
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [roles, setRoles] = useState<string[]>(['officer']);
  const queries = useQueryClient();
  const invite = useMutation({ mutationFn: () => api.post<Invited>('people', { name, email, roles }), onSuccess: () => queries.invalidateQueries({ queryKey: ['people'] }) });
  return (
    <Modal opened onClose={onClose} title="Invite a person" closeButtonProps={{ 'aria-label': 'Close' }}>
      {invite.data ? <Link invited={invite.data} onClose={onClose} /> : (
        <form onSubmit={(event) => { event.preventDefault(); invite.mutate(); }}>
          <Stack>
            <TextInput label="Name" required value={name} onChange={(event) => setName(event.currentTarget.value)} />
            <TextInput label="E-mail" type="email" required value={email} onChange={(event) => setEmail(event.currentTarget.value)} />
            <MultiSelect label="Roles" required data={ROLE_WORDS} value={roles} onChange={setRoles} />
            <Problem error={invite.error} />
            <Button type="submit" loading={invite.isPending}>Invite</Button>
          </Stack>
        </form>
      )}
    </Modal>
  );
}

function Link({ invited, onClose }: { invited: Invited; onClose: () => void }): JSX.Element {
  return (
    <Stack>
      <Alert title={`${invited.person.name} is invited`}>Hand over this link. It works once, until <When at={invited.expiresAt} />, and is shown only now. It was also mailed to {invited.person.email}.</Alert>
      <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{invited.invitationUrl}</Code>
      <Group>
        <CopyButton value={invited.invitationUrl}>{({ copied, copy }) => <Button onClick={copy}>{copied ? 'Copied' : 'Copy the link'}</Button>}</CopyButton>
        <Button variant="default" onClick={onClose}>Done</Button>
      </Group>
    </Stack>
  );
}
