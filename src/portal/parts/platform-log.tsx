/** What the platform's own log says, and how often its things run: newest first, with filters. Nothing here is compared or judged. */
import { Button, Group, Select, Stack, Table, Text, TextInput } from '@mantine/core';
import { useState, type JSX } from 'react';
import type { Observation, Platform } from '../../api/schemas.js';
import { EmptyState } from './empty-state.js';
import { Paged } from './pages.js';
import { Sheet, type Column } from './sheet.js';
import { When } from './when.js';

const KINDS = [{ value: 'audit-event', label: 'Log entries' }, { value: 'run-stats', label: 'Runs and last use' }];
const COLUMNS: Column[] = [{ head: 'When', width: 230 }, { head: 'What' }, { head: 'Told by the platform' }];

interface Filter {
  kind?: string | undefined;
  /** a day, as the field of the browser gives it */
  from?: string | undefined;
  until?: string | undefined;
}

/** The days in UTC, the last one whole. */
function asQuery({ kind, from, until }: Filter): Record<string, string | undefined> {
  const after = until === undefined ? undefined : new Date(Date.parse(`${until}T00:00:00Z`) + 86_400_000).toISOString();
  return { kind, from: from === undefined ? undefined : `${from}T00:00:00Z`, until: after };
}

export function PlatformLog({ platform }: { platform: Platform }): JSX.Element {
  const [filter, setFilter] = useState<Filter>({});
  const query = asQuery(filter);
  const wanted = new URLSearchParams(Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined)).toString();
  const filtered = wanted !== '';
  return (
    <Stack gap="sm">
      <Text size="sm">What the platform's own log says, and how often its things run. It is kept beside the scans: nothing of it is compared or judged.</Text>
      <Group gap="sm" align="flex-end">
        <Select label="Kind" placeholder="All" w={200} clearable clearButtonProps={{ 'aria-label': 'Show all kinds' }} data={KINDS} value={filter.kind ?? null} onChange={(kind) => setFilter({ ...filter, kind: kind ?? undefined })} />
        <TextInput type="date" label="From (UTC)" w={160} value={filter.from ?? ''} onChange={(event) => setFilter({ ...filter, from: event.currentTarget.value || undefined })} />
        <TextInput type="date" label="To (UTC)" w={160} value={filter.until ?? ''} onChange={(event) => setFilter({ ...filter, until: event.currentTarget.value || undefined })} />
        <Button variant="default" component="a" href={`/api/v1/platforms/${platform.id}/observations/export${filtered ? `?${wanted}` : ''}`} download="platform-log.ndjson">Export</Button>
      </Group>
      <Paged<Observation> queryKey={['observations', platform.id, platform.lastScan?.id, platform.lastScan?.status, wanted]} path={`platforms/${platform.id}/observations`} query={query}>
        {(items) => items.length === 0 ? <Nothing filtered={filtered} /> : (
          <Sheet label="Log of the platform" minWidth={720} columns={COLUMNS}>
            {items.map((item) => <Row key={`${item.kind} ${item.key}`} item={item} />)}
          </Sheet>
        )}
      </Paged>
    </Stack>
  );
}

function Nothing({ filtered }: { filtered: boolean }): JSX.Element {
  if (filtered) return <EmptyState title="Nothing here">Nothing matches this filter. Clear it to see all.</EmptyState>;
  return <EmptyState title="Nothing told yet">Either no scan has read this platform yet, or it tells no log: the page of a scan says which.</EmptyState>;
}

function Row({ item }: { item: Observation }): JSX.Element {
  return (
    <Table.Tr>
      <Table.Td>{item.at === null ? <Text component="span" inherit c="dimmed">no time told</Text> : <When at={item.at} stacked />}</Table.Td>
      <Table.Td className="anywhere">{item.name}{item.kind === 'run-stats' && <Text size="xs" c="dimmed">runs and last use</Text>}</Table.Td>
      <Table.Td className="anywhere"><Text size="sm">{factsOf(item)}</Text></Table.Td>
    </Table.Tr>
  );
}

/** The time stands in its own column. */
function factsOf({ properties }: Observation): string {
  return Object.entries(properties).filter(([name, value]) => name !== 'at' && value !== null).map(([name, value]) => `${name}: ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`).join(' · ');
}
