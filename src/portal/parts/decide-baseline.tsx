/** Approving or rejecting a baseline: what follows from it, and the reason that goes on record. */
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type JSX } from 'react';
import type { Baseline, BaselineAnswer } from '../../api/schemas.js';
import { api } from '../api-client.js';
import { Problem } from './problem.js';
import { Reason } from './reason.js';

interface DecideBaselineProps {
  baseline: Baseline;
  decision: 'approved' | 'rejected';
  onClose: () => void;
}

export function DecideBaseline({ baseline, decision, onClose }: DecideBaselineProps): JSX.Element {
  const [reason, setReason] = useState('');
  const queries = useQueryClient();
  const decide = useMutation({
    mutationFn: () => api.post<BaselineAnswer>(`baselines/${baseline.id}/decision`, { decision, reason }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['baselines', baseline.platformId] });
      await queries.invalidateQueries({ queryKey: ['platforms'] });
      onClose();
    },
  });
  const effect = `${decision === 'approved' ? 'Approve' : 'Reject'} baseline v${baseline.version}`;
  return (
    <Modal opened onClose={onClose} title={effect}>
      <form onSubmit={(event) => { event.preventDefault(); decide.mutate(); }}>
        <Stack>
          <Text size="sm">{decision === 'approved' ? 'From now on every scan of this platform is compared with it.' : 'The baseline before it, if there is one, stays in force.'}</Text>
          <Reason value={reason} onChange={setReason} />
          <Problem error={decide.error} />
          <Group justify="flex-end" gap="xs"><Button variant="default" onClick={onClose}>Not now</Button><Button type="submit" loading={decide.isPending}>{effect}</Button></Group>
        </Stack>
      </form>
    </Modal>
  );
}
