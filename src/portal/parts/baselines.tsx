/** Baselines: propose a scan, approve or reject it with a reason. Whoever proposes cannot approve. */
import { Badge, Button, Card, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type JSX } from 'react';
import type { Baseline, BaselineAnswer, BaselineList, Platform } from '../../api/schemas.js';
import { api } from '../api-client.js';
import { useCan, useMe } from '../session.js';
import { DecideBaseline } from './decide-baseline.js';
import { EmptyState } from './empty-state.js';
import { Loaded } from './loaded.js';
import { Problem } from './problem.js';
import { TextLink } from './text-link.js';
import { When } from './when.js';

const STATUS_WORDS = { proposed: 'Proposed', approved: 'Approved', rejected: 'Rejected', superseded: 'Superseded' };

export function Baselines({ platform }: { platform: Platform }): JSX.Element {
  const baselines = useQuery({ queryKey: ['baselines', platform.id], queryFn: () => api.get<BaselineList>(`platforms/${platform.id}/baselines`), refetchInterval: 10_000 });
  return (
    <Stack gap="sm">
      <Loaded query={baselines}>
        {(list) => (list.items.length === 0
          ? <EmptyState title="No baseline yet" action={<Propose platform={platform} baselines={[]} />}>A baseline is a scan that two people agreed on: one proposes it, another approves it. From then on every scan is compared with it.</EmptyState>
          : <><Propose platform={platform} baselines={list.items} />{list.items.map((baseline) => <BaselineCard key={baseline.id} baseline={baseline} />)}</>)}
      </Loaded>
    </Stack>
  );
}

function Propose({ platform, baselines }: { platform: Platform; baselines: Baseline[] }): JSX.Element | null {
  const can = useCan();
  const queries = useQueryClient();
  const scan = platform.lastScan;
  const propose = useMutation({
    mutationFn: () => api.post<BaselineAnswer>(`platforms/${platform.id}/baselines`, { scanId: scan?.id }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['baselines', platform.id] });
      await queries.invalidateQueries({ queryKey: ['platforms'] });
    },
  });
  if (!can('baselines.propose') || scan === null) return null;
  if (scan.status === 'incomplete') return <Text size="sm">The last scan could not read all that it must, so it cannot become a baseline.</Text>;
  if (scan.status !== 'completed') return null;
  if (baselines.some((baseline) => baseline.scanId === scan.id && baseline.status !== 'rejected')) return null;
  return (
    <Stack gap="xs" align="flex-start">
      <Button loading={propose.isPending} onClick={() => propose.mutate()}>Propose the last scan as baseline</Button>
      <Problem error={propose.error} />
    </Stack>
  );
}

function BaselineCard({ baseline }: { baseline: Baseline }): JSX.Element {
  const approved = baseline.status === 'approved';
  return (
    <Card withBorder component="article" aria-label={`Baseline v${baseline.version}`} py="sm">
      <Stack gap={6}>
        <Group gap="sm">
          <Text fw={600}>Baseline v{baseline.version}</Text>
          <Badge variant={approved ? 'filled' : 'default'} tt="none">{STATUS_WORDS[baseline.status]}</Badge>
        </Group>
        <Text size="sm" component="div">Proposed by {baseline.proposedBy.name}, <When at={baseline.proposedAt} />. <TextLink to={`/scans/${baseline.scanId}`}>The scan it rests on</TextLink></Text>
        {baseline.decidedBy && <Text size="sm" component="div">{baseline.status === 'rejected' ? 'Rejected' : 'Approved'} by {baseline.decidedBy.name}, <When at={baseline.decidedAt} />: {baseline.reason}</Text>}
        <Text size="xs" c="dimmed" className="anywhere">Snapshot <code>{baseline.root}</code></Text>
        {baseline.status === 'proposed' && <Decision baseline={baseline} />}
      </Stack>
    </Card>
  );
}

function Decision({ baseline }: { baseline: Baseline }): JSX.Element {
  const me = useMe();
  const [deciding, setDeciding] = useState<'approved' | 'rejected' | null>(null);
  if (!baseline.canDecide) {
    const mine = me.data?.person?.id === baseline.proposedBy.id;
    return <Text size="sm" fw={500}>{mine ? 'You proposed it, so another officer has to approve it. An administrator can invite one under People.' : 'It waits for a compliance officer to approve it.'}</Text>;
  }
  return (
    <Group gap="xs" mt={4}>
      <Button size="sm" onClick={() => setDeciding('approved')}>Approve baseline v{baseline.version}</Button>
      <Button size="sm" variant="default" onClick={() => setDeciding('rejected')}>Reject baseline v{baseline.version}</Button>
      {deciding && <DecideBaseline baseline={baseline} decision={deciding} onClose={() => setDeciding(null)} />}
    </Group>
  );
}
