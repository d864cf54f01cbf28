/** The form that connects a platform. The server probes it before it is stored. */
import { Button, Modal, PasswordInput, Select, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type JSX } from 'react';
import type { ConnectorList, PlatformAdded } from '../../api/schemas.js';
import { api } from '../api-client.js';
import { Problem } from './problem.js';

const EMPTY = { name: '', connectorId: '', baseUrl: '', environment: 'production', owner: '' };
const ENVIRONMENTS = [{ value: 'production', label: 'Production' }, { value: 'staging', label: 'Staging' }, { value: 'development', label: 'Development' }, { value: 'test', label: 'Test' }];

export function ConnectPlatform({ opened, onClose }: { opened: boolean; onClose: () => void }): JSX.Element {
  const [platform, setPlatform] = useState(EMPTY);
  const [secret, setSecret] = useState<Record<string, string>>({});
  const queries = useQueryClient();
  const navigate = useNavigate();
  const connectors = useQuery({ queryKey: ['connectors'], queryFn: () => api.get<ConnectorList>('connectors'), enabled: opened });
  const connector = connectors.data?.items.find((item) => item.id === platform.connectorId);
  const add = useMutation({
    mutationFn: () => api.post<PlatformAdded>('platforms', { ...platform, owner: platform.owner || null, secret }),
    onSuccess: async (added) => {
      await queries.invalidateQueries({ queryKey: ['platforms'] });
      setPlatform(EMPTY);
      setSecret({});
      onClose();
      await navigate({ to: '/platforms/$platformId', params: { platformId: added.platform.id } });
    },
  });
  const set = (field: keyof typeof EMPTY) => (event: { currentTarget: { value: string } }) => setPlatform({ ...platform, [field]: event.currentTarget.value });

  return (
    <Modal opened={opened} onClose={onClose} title="Connect a platform">
      <form onSubmit={(event) => { event.preventDefault(); add.mutate(); }}>
        <Stack>
          <Select label="Platform" required data={connectors.data?.items.map((item) => ({ value: item.id, label: item.title })) ?? []} value={platform.connectorId || null} onChange={(value) => setPlatform({ ...platform, connectorId: value ?? '' })} />
          <TextInput label="Name" description="What your people call it" required value={platform.name} onChange={set('name')} />
          <TextInput label="Address" placeholder="https://n8n.example.org" required value={platform.baseUrl} onChange={set('baseUrl')} />
          <Select label="Environment" required allowDeselect={false} data={ENVIRONMENTS} value={platform.environment} onChange={(value) => setPlatform({ ...platform, environment: value ?? 'production' })} />
          <TextInput label="Owner" description="Who answers for it (optional)" value={platform.owner} onChange={set('owner')} />
          {connector?.secretFields.map((field) => {
            const Input = field.kind === 'password' ? PasswordInput : TextInput;
            return <Input key={field.name} label={field.label} autoComplete="off" value={secret[field.name] ?? ''} onChange={(event) => setSecret({ ...secret, [field.name]: event.currentTarget.value })} />;
          })}
          <Text size="xs" c="dimmed">Keys are stored encrypted and are used to read only. Plumbline cannot change anything on the platform.</Text>
          <Problem error={add.error} />
          <Button type="submit" loading={add.isPending}>Connect and scan</Button>
        </Stack>
      </form>
    </Modal>
  );
}
