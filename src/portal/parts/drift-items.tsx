/** What differs from the approved baseline, in words first; values and folded edits one click below. */
import { Badge, Card, Checkbox, Group, Stack, Text, UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type JSX } from 'react';
import type { Drift, DriftList, Platform } from '../../api/schemas.js';
import { api } from '../api-client.js';
import { BeforeAfter } from './before-after.js';
import { EmptyState } from './empty-state.js';
import { Loaded } from './loaded.js';
import { SeverityMark } from './severity-mark.js';
import { TextLink } from './text-link.js';
import { When } from './when.js';
import { count, driftClassInWords, kindInWords } from './words.js';

interface DriftItemsProps {
  platform: Platform;
  includeGone: boolean;
  onIncludeGone: (gone: boolean) => void;
}

export function DriftItems({ platform, includeGone, onIncludeGone }: DriftItemsProps): JSX.Element {
  const known = platform.baselineVersion !== null;
  const drift = useQuery({
    queryKey: ['drift', platform.id, includeGone, platform.lastScan?.id, platform.lastScan?.status, platform.baselineVersion],
    queryFn: () => api.get<DriftList>(`drift?platformId=${platform.id}&includeGone=${includeGone}`),
    enabled: known,
    placeholderData: (before) => before,
  });
  const baselines = <TextLink to={`/platforms/${platform.id}?tab=baselines`}>Baselines</TextLink>;
  if (!known) {
    return <EmptyState title="No approved baseline yet">Drift is what differs from an approved baseline. Propose a scan under {baselines} and let a second officer approve it.</EmptyState>;
  }
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Text size="sm" c="dimmed" maw={720}>Put a change right on the platform and it is gone after the next scan; or agree to it: propose the last scan as the next baseline under {baselines}.</Text>
        <Checkbox size="sm" label="Show also what is gone again" checked={includeGone} onChange={(event) => onIncludeGone(event.currentTarget.checked)} />
      </Group>
      <Loaded query={drift}>
        {(list) => list.items.length === 0
          ? <NoDrift platform={platform} />
          : <Stack gap="sm">{list.items.map((item) => <DriftCard key={item.id} item={item} />)}</Stack>}
      </Loaded>
    </Stack>
  );
}

/** "None" is said of a whole scan only: of the others, what it does not cover. */
function NoDrift({ platform: { baselineVersion, lastScan } }: { platform: Platform }): JSX.Element {
  if (lastScan?.status === 'completed') return <EmptyState title={`No drift from baseline v${baselineVersion}`}>The last scan found the platform as it was approved.</EmptyState>;
  const seen = lastScan && <TextLink to={`/scans/${lastScan.id}`}>what was read</TextLink>;
  if (lastScan?.status === 'incomplete') return <EmptyState title="No drift in what was read">The last scan could not read everything, and nothing is concluded about the rest. See {seen}.</EmptyState>;
  if (lastScan?.status === 'failed') return <EmptyState title="No drift is known">The last scan failed, so nothing was compared. See {seen} and why not.</EmptyState>;
  return <EmptyState title="No drift is known yet">Changes stand here when the scan that is running has ended.</EmptyState>;
}

function DriftCard({ item }: { item: Drift }): JSX.Element {
  const [open, setOpen] = useState(false);
  const told = item.edits.length > 0 || item.before !== null || item.after !== null;
  const words = told ? `Before and after (${count(Math.max(item.edits.length, 1), 'edit')})` : 'Where it is';
  return (
    <Card withBorder component="article" aria-label={item.sentence} className={item.goneAt ? 'card-gone' : `card-${item.severity}`} py="sm">
      <Stack gap={6}>
        <Group justify="space-between" align="flex-start" wrap="nowrap" gap="md">
          <Text fw={600} className="anywhere" style={{ flex: 1 }}>{item.sentence}</Text>
          <SeverityMark severity={item.severity} />
        </Group>
        <Group gap="xs">
          <Badge variant="default" size="sm" tt="none" fw={600}>{driftClassInWords(item.class)}</Badge>
          <Text size="sm" c="dimmed" component="div">{kindInWords(item.resource.kind)} · first seen <When at={item.firstSeenAt} />{item.goneAt && <> · gone since <When at={item.goneAt} /></>}</Text>
        </Group>
        <div>
          <UnstyledButton fz="sm" c="var(--mantine-color-anchor)" aria-expanded={open} onClick={() => setOpen(!open)}>
            <span className="chevron" aria-hidden="true">›</span>{words}
          </UnstyledButton>
        </div>
        {open && <BeforeAfter item={item} />}
      </Stack>
    </Card>
  );
}
