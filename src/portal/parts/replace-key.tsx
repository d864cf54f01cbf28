/** A new key for a connected platform. The server tries it before it takes the old one's place; history stays. */
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type JSX } from 'react';
import type { ConnectorList, Platform, PlatformAnswer, ScanStarted } from '../../api/schemas.js';
import { api } from '../api-client.js';
import { ConnectorFields } from './connector-form.js';
import { Loaded } from './loaded.js';
import { Problem } from './problem.js';

/** `asked`: somebody came here to do it, by the link of a mail. */
export function ReplaceKey({ platform, asked = false }: { platform: Platform; asked?: boolean }): JSX.Element {
  const [opened, modal] = useDisclosure(asked);
  return (
    <>
      <Button variant="default" onClick={modal.open}>Replace the key</Button>
      <Modal opened={opened} onClose={modal.close} title={`Replace the key of ${platform.name}`}>{opened && <ReplaceForm platform={platform} onClose={modal.close} />}</Modal>
    </>
  );
}

function ReplaceForm({ platform, onClose }: { platform: Platform; onClose: () => void }): JSX.Element {
  const [secret, setSecret] = useState<Readonly<Record<string, string>>>({});
  const queries = useQueryClient();
  const connectors = useQuery({ queryKey: ['connectors'], queryFn: () => api.get<ConnectorList>('connectors') });
  const replace = useMutation({
    mutationFn: () => api.put<PlatformAnswer>(`platforms/${platform.id}/secret`, { secret: Object.fromEntries(Object.entries(secret).filter(([, value]) => value !== '')) }),
    onSuccess: async () => {
      // Nothing was read since the key was refused. A scan that cannot start now is started by hand or by the schedule.
      const started = platform.keyRefusedSince === null ? null : await api.post<ScanStarted>(`platforms/${platform.id}/scans`).catch(() => null);
      notifications.show({ message: started === null ? 'The new key works and is in place.' : 'The new key works and is in place. A scan is running.' });
      await queries.invalidateQueries({ queryKey: ['platforms'] });
      onClose();
    },
  });
  return (
    <form onSubmit={(event) => { event.preventDefault(); replace.mutate(); }}>
      <Stack>
        <Text size="sm">The new key is tried first. Scans, baselines and findings stay. Fill in every field anew: the stored ones are not shown, and what you leave empty is not kept.</Text>
        <Loaded query={connectors}>{(list) => {
          const connector = list.items.find((item) => item.id === platform.connectorId);
          return connector ? <ConnectorFields connector={connector} values={secret} onChange={setSecret} /> : <Text size="sm">The connector of this platform is not installed any more.</Text>;
        }}</Loaded>
        <Problem error={replace.error} />
        <Group justify="flex-end" gap="xs"><Button variant="default" onClick={onClose}>Not now</Button><Button type="submit" loading={replace.isPending}>Replace the key</Button></Group>
      </Stack>
    </form>
  );
}
