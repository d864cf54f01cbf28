/** The form that connects a platform: what the key may read is looked at first; then it is probed, stored and scanned. */
import { Button, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient, type UseMutationResult } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type JSX } from 'react';
import type { Connector, ConnectorList, PlatformAdded, Preflight } from '../../api/schemas.js';
import { api } from '../api-client.js';
import { AddressField, ChooseConnector, ConnectorFields, FilesOnly } from './connector-form.js';
import { isLacking, PreflightTable } from './preflight-table.js';
import { Problem } from './problem.js';

const EMPTY = { name: '', connectorId: '', baseUrl: '', environment: 'production', owner: '' };
type Draft = typeof EMPTY;
const ENVIRONMENTS = [{ value: 'production', label: 'Production' }, { value: 'staging', label: 'Staging' }, { value: 'development', label: 'Development' }, { value: 'test', label: 'Test' }];

interface Given {
  readonly draft: Draft;
  readonly secret: Readonly<Record<string, string>>;
  readonly connector: Connector | undefined;
}

function addressOf({ draft, connector }: Given): string {
  return connector?.address.fixed ?? draft.baseUrl;
}

/** Fields that were left empty are not sent. */
function secretOf({ secret }: Given): Record<string, string> {
  return Object.fromEntries(Object.entries(secret).filter(([, value]) => value !== ''));
}

function useConnect(given: Given, onAdded: () => void): UseMutationResult<PlatformAdded, Error, void> {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: () => api.post<PlatformAdded>('platforms', { ...given.draft, baseUrl: addressOf(given), owner: given.draft.owner || null, secret: secretOf(given) }),
    onSuccess: async (added) => {
      await queries.invalidateQueries({ queryKey: ['platforms'] });
      onAdded();
      await navigate({ to: '/platforms/$platformId', params: { platformId: added.platform.id } });
    },
  });
}

/** Where nothing is missing the platform is connected at once; otherwise the table is shown and the person decides. */
function usePreflight(given: Given, connect: () => void): UseMutationResult<Preflight, Error, { goOn: boolean }> {
  return useMutation({
    mutationFn: () => api.post<Preflight>(`connectors/${given.draft.connectorId}/preflight`, { baseUrl: addressOf(given), secret: secretOf(given) }),
    onSuccess: ({ entries }, { goOn }) => {
      if (goOn && !entries.some(isLacking)) connect();
    },
  });
}

export function ConnectPlatform({ opened, onClose }: { opened: boolean; onClose: () => void }): JSX.Element {
  return <Modal opened={opened} onClose={onClose} title="Connect a platform" size="lg">{opened && <ConnectForm onClose={onClose} />}</Modal>;
}

function ConnectForm({ onClose }: { onClose: () => void }): JSX.Element {
  const [draft, setDraft] = useState(EMPTY);
  const [secret, setSecret] = useState<Readonly<Record<string, string>>>({});
  const connectors = useQuery({ queryKey: ['connectors'], queryFn: () => api.get<ConnectorList>('connectors') });
  const connector = connectors.data?.items.find((item) => item.id === draft.connectorId);
  const given = { draft, secret, connector };
  const add = useConnect(given, onClose);
  const preflight = usePreflight(given, () => add.mutate());
  /** What was looked at holds only for what was given then. */
  const change = (next: Partial<Draft>): void => {
    preflight.reset();
    setDraft({ ...draft, ...next });
  };
  const changeSecret = (next: Readonly<Record<string, string>>): void => {
    preflight.reset();
    setSecret(next);
  };
  const submit = (): void => (preflight.data === undefined ? preflight.mutate({ goOn: true }) : add.mutate());

  return (
    <form onSubmit={(event) => { event.preventDefault(); submit(); }}>
      <Stack>
        <ChooseConnector connectors={connectors.data?.items ?? []} value={draft.connectorId} onChange={(connectorId) => { change({ connectorId }); setSecret({}); }} />
        {connector?.liveSource === false ? <FilesOnly connector={connector} /> : (
          <>
            <TextInput label="Name" description="What your people call it" required value={draft.name} onChange={(event) => setDraft({ ...draft, name: event.currentTarget.value })} />
            <AddressField connector={connector} value={draft.baseUrl} onChange={(baseUrl) => change({ baseUrl })} />
            {connector && <ConnectorFields connector={connector} values={secret} onChange={changeSecret} />}
            <Group grow align="flex-start">
              <Select label="Environment" required allowDeselect={false} data={ENVIRONMENTS} value={draft.environment} onChange={(value) => setDraft({ ...draft, environment: value ?? 'production' })} />
              <TextInput label="Owner" placeholder="Who answers for it (optional)" value={draft.owner} onChange={(event) => setDraft({ ...draft, owner: event.currentTarget.value })} />
            </Group>
            <Text size="xs" c="dimmed">Keys are stored encrypted and are used to read only. Plumbline cannot change anything on the platform.</Text>
            {preflight.data && <PreflightTable entries={preflight.data.entries} />}
            <Problem error={add.error ?? preflight.error} />
            <Group justify="flex-end" gap="xs">
              <Button variant="default" disabled={connector === undefined || addressOf(given) === ''} loading={preflight.isPending && preflight.variables?.goOn === false} onClick={() => preflight.mutate({ goOn: false })}>See what the key may read</Button>
              <Button type="submit" loading={add.isPending || (preflight.isPending && preflight.variables?.goOn === true)}>{preflight.data?.entries.some(isLacking) ? 'Connect all the same' : 'Connect and scan'}</Button>
            </Group>
          </>
        )}
      </Stack>
    </form>
  );
}
