/** What differs from the approved baseline, in words first; values and folded edits one click below. */
import { Button, Card, Checkbox, Code, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type JSX } from 'react';
import type { Drift, DriftList, Platform } from '../../api/schemas.js';
import type { JsonValue } from '../../model/resource.js';
import { api } from '../api-client.js';
import { EmptyState } from './empty-state.js';
import { Loaded } from './loaded.js';
import { SeverityMark } from './severity-mark.js';
import { When } from './when.js';
import { count } from './words.js';

export function DriftItems({ platform, includeGone, onIncludeGone }: { platform: Platform; includeGone: boolean; onIncludeGone: (gone: boolean) => void }): JSX.Element {
  const drift = useQuery({
    queryKey: ['drift', platform.id, includeGone, platform.lastScan?.id, platform.lastScan?.status],
    queryFn: () => api.get<DriftList>(`drift?platformId=${platform.id}&includeGone=${includeGone}`),
  });
  if (platform.baselineVersion === null) {
    return <EmptyState title="No approved baseline yet">Drift is what differs from an approved baseline. Propose a scan under Baselines and let a second officer approve it.</EmptyState>;
  }
  return (
    <Stack>
      <Checkbox label="Show also what has gone back to the baseline" checked={includeGone} onChange={(event) => onIncludeGone(event.currentTarget.checked)} />
      <Loaded query={drift}>
        {(list) => list.items.length === 0
          ? <EmptyState title={`No drift from baseline v${platform.baselineVersion}`}>The last scan found the platform as it was approved.</EmptyState>
          : <Stack gap="sm">{list.items.map((item) => <DriftCard key={item.id} item={item} />)}</Stack>}
      </Loaded>
    </Stack>
  );
}

function DriftCard({ item }: { item: Drift }): JSX.Element {
  const [open, setOpen] = useState(false);
  return (
    <Card withBorder component="article" aria-label={item.sentence}>
      <Stack gap="xs">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <Text fw={600}>{item.sentence}</Text>
          <SeverityMark severity={item.severity} />
        </Group>
        <Text size="sm" c="dimmed" component="div">
          First seen <When at={item.firstSeenAt} />{item.goneAt && <>, gone since <When at={item.goneAt} /></>}
        </Text>
        <div>
          <Button size="compact-sm" variant="default" aria-expanded={open} onClick={() => setOpen(!open)}>{open ? 'Hide before and after' : `Before and after (${count(Math.max(item.edits.length, 1), 'edit')})`}</Button>
        </div>
        {open && <Edits item={item} />}
      </Stack>
    </Card>
  );
}

function Edits({ item }: { item: Drift }): JSX.Element {
  const edits = item.edits.length > 0 ? item.edits : [{ path: item.path, before: item.before, after: item.after }];
  return (
    <Stack gap="sm">
      {edits.map((edit) => (
        <div key={edit.path}>
          {edit.path && <Text size="xs" c="dimmed"><Code>{edit.path}</Code></Text>}
          <div className="before-after">
            <Value label="Before" value={edit.before} />
            <Value label="After" value={edit.after} />
          </div>
        </div>
      ))}
    </Stack>
  );
}

function Value({ label, value }: { label: string; value: JsonValue }): JSX.Element {
  return (
    <div>
      <Text size="xs" fw={600}>{label}</Text>
      <Code block>{inWords(value)}</Code>
    </div>
  );
}

/** A secret is shown as a mark, never as its fingerprint. */
function inWords(value: JsonValue): string {
  if (value === null) return '(not there)';
  if (typeof value === 'string') return value === '' ? '(empty)' : value;
  return JSON.stringify(value, (_name, part: JsonValue) => (typeof part === 'object' && part !== null && !Array.isArray(part) && part['redacted'] === true ? '(secret, not shown)' : part), 2);
}
