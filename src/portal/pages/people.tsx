/** People and invitations. */
import { Alert, Button, Checkbox, Code, CopyButton, Group, Modal, Stack, Table, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { modals } from '@mantine/modals';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type JSX } from 'react';
import type { Invited, PeopleList, Person, PersonAnswer } from '../../api/schemas.js';
import { api } from '../api-client.js';
import { Loaded } from '../parts/loaded.js';
import { Page } from '../parts/page.js';
import { Problem } from '../parts/problem.js';
import { Sheet } from '../parts/sheet.js';
import { When } from '../parts/when.js';
import { joinRoles, ROLE_WORDS } from '../parts/words.js';
import { useCan, useMe } from '../session.js';

const ROLES = [
  { value: 'officer', label: ROLE_WORDS.officer, description: 'Scans, decides on baselines, asks vendors, decides on their answers' },
  { value: 'auditor', label: ROLE_WORDS.auditor, description: 'Reads everything, makes reports, verifies the audit trail; changes nothing' },
  { value: 'administrator', label: ROLE_WORDS.administrator, description: 'Everything, also connecting platforms and inviting people' },
];
const COLUMNS = [{ head: 'Name' }, { head: 'E-mail' }, { head: 'Roles' }, { head: 'State', width: 90 }, { head: 'Since', width: 210 }, { head: <span className="visually-hidden">Actions</span>, width: 90 }];
const STATE_WORDS = { invited: 'Invited', active: 'Active', disabled: 'Disabled' };

export function PeoplePage(): JSX.Element {
  const can = useCan();
  const [inviting, invite] = useDisclosure();
  const people = useQuery({ queryKey: ['people'], queryFn: () => api.get<PeopleList>('people') });
  return (
    <Page title="People" about="Who may sign in. Baselines need two officers: one proposes, another approves." actions={can('people.manage') ? <Button onClick={invite.open}>Invite a person</Button> : null}>
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
    labels: { confirm: `Disable ${person.name}`, cancel: 'Keep the account' }, confirmProps: { color: 'red.9' }, onConfirm: () => disable.mutate(person),
  });
  return (
    <Stack>
      <Problem error={disable.error} />
      <Sheet label="People" minWidth={720} columns={COLUMNS}>
            {items.map((person) => (
              <Table.Tr key={person.id}>
                <Table.Td className="anywhere">{person.name}</Table.Td><Table.Td className="anywhere">{person.email}</Table.Td><Table.Td>{joinRoles(person.roles)}</Table.Td><Table.Td>{STATE_WORDS[person.state]}</Table.Td><Table.Td><When at={person.disabledAt ?? person.createdAt} stacked /></Table.Td>
                <Table.Td>{can('people.manage') && person.state === 'active' && person.id !== me.data?.person?.id && <Button size="compact-sm" variant="default" onClick={() => ask(person)}>Disable</Button>}</Table.Td>
              </Table.Tr>
            ))}
      </Sheet>
    </Stack>
  );
}

function Invite({ onClose }: { onClose: () => void }): JSX.Element {
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [roles, setRoles] = useState<string[]>([]);
  const queries = useQueryClient();
  const invite = useMutation({ mutationFn: () => api.post<Invited>('people', { name, email, roles }), onSuccess: () => queries.invalidateQueries({ queryKey: ['people'] }) });
  return (
    <Modal opened onClose={onClose} title="Invite a person">
      {invite.data ? <Link invited={invite.data} onClose={onClose} /> : (
        <form onSubmit={(event) => { event.preventDefault(); invite.mutate(); }}>
          <Stack>
            <TextInput data-autofocus label="Name" required value={name} onChange={(event) => setName(event.currentTarget.value)} />
            <TextInput label="E-mail" type="email" required value={email} onChange={(event) => setEmail(event.currentTarget.value)} />
            <Checkbox.Group label="Roles" withAsterisk value={roles} onChange={setRoles}>
              <Stack gap="xs" mt={6}>{ROLES.map((role) => <Checkbox key={role.value} value={role.value} label={role.label} description={role.description} />)}</Stack>
            </Checkbox.Group>
            <Problem error={invite.error} />
            <Button type="submit" disabled={roles.length === 0} loading={invite.isPending}>Invite</Button>
          </Stack>
        </form>
      )}
    </Modal>
  );
}

function Link({ invited, onClose }: { invited: Invited; onClose: () => void }): JSX.Element {
  return (
    <Stack>
      <Alert title={`${invited.person.name} is invited`}>Hand this link to {invited.person.email} yourself; it is not mailed. It works once, until <When at={invited.expiresAt} />, and is shown only now.</Alert>
      <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{invited.invitationUrl}</Code>
      <Group>
        <CopyButton value={invited.invitationUrl}>{({ copied, copy }) => <Button onClick={copy}>{copied ? 'Copied' : 'Copy the link'}</Button>}</CopyButton>
        <Button variant="default" onClick={onClose}>Done</Button>
      </Group>
    </Stack>
  );
}
