/** Baselines: propose a scan, approve or reject it with a reason. Whoever proposes cannot approve. */
import { Badge, Button, Card, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type JSX } from 'react';
import type { Baseline, BaselineAnswer, BaselineList, Platform } from '../../api/schemas.js';
import { api } from '../api-client.js';
import { useCan, useMe } from '../session.js';
import { EmptyState } from './empty-state.js';
import { Loaded } from './loaded.js';
import { Problem } from './problem.js';
import { When } from './when.js';

const STATUS_WORDS = { proposed: 'Proposed', approved: 'Approved', rejected: 'Rejected', superseded: 'Superseded' };

export function Baselines({ platform }: { platform: Platform }): JSX.Element {
  const can = useCan();
  const queries = useQueryClient();
  const baselines = useQuery({ queryKey: ['baselines', platform.id], queryFn: () => api.get<BaselineList>(`platforms/${platform.id}/baselines`) });
  const scan = platform.lastScan;
  const propose = useMutation({
    mutationFn: () => api.post<BaselineAnswer>(`platforms/${platform.id}/baselines`, { scanId: scan?.id }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['baselines', platform.id] }),
  });
  const button = can('baselines.propose') && scan?.status === 'completed'
    ? <Button loading={propose.isPending} onClick={() => propose.mutate()}>Propose the last scan as baseline</Button>
    : null;

  return (
    <Stack>
      <Group>{button}{can('baselines.propose') && scan?.status === 'incomplete' && <Text size="sm">The last scan is incomplete, so it cannot become a baseline.</Text>}</Group>
      <Problem error={propose.error} />
      <Loaded query={baselines}>
        {(list) => list.items.length === 0
          ? <EmptyState title="No baseline yet">A baseline is a scan that two people agreed on: one proposes it, another approves it. From then on every scan is compared with it.</EmptyState>
          : <Stack gap="sm">{list.items.map((baseline) => <BaselineCard key={baseline.id} baseline={baseline} />)}</Stack>}
      </Loaded>
    </Stack>
  );
}

function BaselineCard({ baseline }: { baseline: Baseline }): JSX.Element {
  const me = useMe();
  const can = useCan();
  const [deciding, setDeciding] = useState<'approved' | 'rejected' | null>(null);
  const mine = me.data?.person?.id === baseline.proposedBy.id;
  return (
    <Card withBorder component="article" aria-label={`Baseline v${baseline.version}`}>
      <Stack gap="xs">
        <Group justify="space-between">
          <Text fw={600}>Baseline v{baseline.version}</Text>
          <Badge variant={baseline.status === 'approved' ? 'filled' : 'outline'} color={baseline.status === 'approved' ? 'accent' : 'gray'}>{STATUS_WORDS[baseline.status]}</Badge>
        </Group>
        <Text size="sm" component="div">Proposed by {baseline.proposedBy.name}, <When at={baseline.proposedAt} /></Text>
        {baseline.decidedBy && <Text size="sm" component="div">{STATUS_WORDS[baseline.status === 'superseded' ? 'approved' : baseline.status]} by {baseline.decidedBy.name}, <When at={baseline.decidedAt} />: {baseline.reason}</Text>}
        <Text size="xs" c="dimmed">Snapshot <code>{baseline.root}</code></Text>
        {baseline.status === 'proposed' && (baseline.canDecide
          ? <Group gap="xs"><Button size="xs" onClick={() => setDeciding('approved')}>Approve baseline v{baseline.version}</Button><Button size="xs" variant="default" onClick={() => setDeciding('rejected')}>Reject</Button></Group>
          : <Text size="sm">{mine ? 'You proposed it, so another officer has to approve it. An administrator can invite one under People.' : can('baselines.decide') ? '' : 'An officer has to approve it.'}</Text>)}
      </Stack>
      {deciding && <Decide baseline={baseline} decision={deciding} onClose={() => setDeciding(null)} />}
    </Card>
  );
}

function Decide({ baseline, decision, onClose }: { baseline: Baseline; decision: 'approved' | 'rejected'; onClose: () => void }): JSX.Element {
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
  const verb = decision === 'approved' ? 'Approve' : 'Reject';
  return (
    <Modal opened onClose={onClose} title={`${verb} baseline v${baseline.version}`} closeButtonProps={{ 'aria-label': 'Close' }}>
      <form onSubmit={(event) => { event.preventDefault(); decide.mutate(); }}>
        <Stack>
          <Text size="sm">{decision === 'approved' ? 'From now on every scan of this platform is compared with it.' : 'The baseline before it stays in force.'}</Text>
          <Textarea label="Reason" required autosize minRows={2} value={reason} onChange={(event) => setReason(event.currentTarget.value.replaceAll('\n', ' '))} />
          <Problem error={decide.error} />
          <Button type="submit" loading={decide.isPending}>{verb} baseline v{baseline.version}</Button>
        </Stack>
      </form>
    </Modal>
  );
}
