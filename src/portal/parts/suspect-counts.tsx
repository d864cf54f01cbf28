/** Where a scan read far fewer than before: both numbers, what that means, and the officer's word that it is so. */
import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type JSX } from 'react';
import type { Platform, PlatformAnswer, ScanStarted } from '../../api/schemas.js';
import { api } from '../api-client.js';
import { useCan } from '../session.js';
import { Problem } from './problem.js';
import { Reason } from './reason.js';

type Suspect = Platform['suspects'][number];

export function SuspectCounts({ platformId, suspects }: { platformId: string; suspects: readonly Suspect[] }): JSX.Element | null {
  if (suspects.length === 0) return null;
  return (
    <Alert color="yellow" role="status" title="Far fewer than before">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">Nothing is concluded from what is missing: no finding is closed, and this scan cannot become a baseline. Look whether the key lost a right or the platform lost its data.</Text>
        {suspects.map((suspect) => <OneSuspect key={suspect.type} platformId={platformId} suspect={suspect} />)}
      </Stack>
    </Alert>
  );
}

function numbers({ title, read, before }: Suspect): string {
  return `${title}: ${before.toLocaleString('en')} before, ${read.toLocaleString('en')} now`;
}

function OneSuspect({ platformId, suspect }: { platformId: string; suspect: Suspect }): JSX.Element {
  const can = useCan();
  const [asking, ask] = useState(false);
  return (
    <Group gap="sm">
      <Text size="sm"><b>{numbers(suspect)}.</b>{suspect.confirmed && ' Confirmed; the next scan believes it.'}{!suspect.confirmed && !can('baselines.decide') && ' A compliance officer can confirm it.'}</Text>
      {!suspect.confirmed && can('baselines.decide') && <Button size="xs" variant="default" onClick={() => ask(true)}>It is so …</Button>}
      {asking && <Confirm platformId={platformId} suspect={suspect} onClose={() => ask(false)} />}
    </Group>
  );
}

function Confirm({ platformId, suspect, onClose }: { platformId: string; suspect: Suspect; onClose: () => void }): JSX.Element {
  const [reason, setReason] = useState('');
  const queries = useQueryClient();
  const confirm = useMutation({
    mutationFn: async () => {
      await api.post<PlatformAnswer>(`platforms/${platformId}/confirm-count`, { type: suspect.type, count: suspect.read, reason });
      // Confirmed is confirmed: a scan that cannot start now is started by hand or by the schedule.
      return api.post<ScanStarted>(`platforms/${platformId}/scans`).catch(() => null);
    },
    onSuccess: async (started) => {
      notifications.show({ message: started === null ? 'Confirmed. Start a scan to go on.' : 'Confirmed. A scan is running.' });
      await queries.invalidateQueries({ queryKey: ['platforms'] });
      await queries.invalidateQueries({ queryKey: ['scan'] });
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title={numbers(suspect)}>
      <form onSubmit={(event) => { event.preventDefault(); confirm.mutate(); }}>
        <Stack>
          <Text size="sm">From the next scan on, {suspect.read.toLocaleString('en')} is believed: findings on what is gone are closed, and it shows as removed against the baseline. That scan starts at once.</Text>
          <Reason value={reason} onChange={setReason} />
          <Problem error={confirm.error} />
          <Group justify="flex-end" gap="xs"><Button variant="default" onClick={onClose}>Not now</Button><Button type="submit" loading={confirm.isPending}>Confirm and scan</Button></Group>
        </Stack>
      </form>
    </Modal>
  );
}
