/** One platform: findings, drift, scans, baselines and schedule, each in a tab whose name stands in the address. */
import { Badge, Button, Tabs } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import type { JSX } from 'react';
import type { Platform, PlatformAnswer, ScanStarted } from '../../api/schemas.js';
import { api } from '../api-client.js';
import { Baselines } from '../parts/baselines.js';
import { DriftItems } from '../parts/drift-items.js';
import { FindingsTable } from '../parts/findings-table.js';
import { Loaded } from '../parts/loaded.js';
import { Page } from '../parts/page.js';
import { RemovePlatform } from '../parts/remove-platform.js';
import { ScanList } from '../parts/scan-list.js';
import { ScheduleEditor } from '../parts/schedule-editor.js';
import { PLATFORM_TABS, type PlatformTab } from '../search.js';
import { useCan } from '../session.js';

const TAB_WORDS: Record<PlatformTab, string> = { findings: 'Findings', drift: 'Drift', scans: 'Scans', baselines: 'Baselines', schedule: 'Schedule' };

export function PlatformPage(): JSX.Element {
  const { platformId } = useParams({ from: '/shell/platforms/$platformId' });
  const platform = useQuery({ queryKey: ['platforms', platformId], queryFn: () => api.get<PlatformAnswer>(`platforms/${platformId}`), refetchInterval: 3_000 });
  return <Loaded query={platform}>{(answer) => <Content platform={answer.platform} />}</Loaded>;
}

function Content({ platform }: { platform: Platform }): JSX.Element {
  const can = useCan();
  const search = useSearch({ from: '/shell/platforms/$platformId' });
  const navigate = useNavigate({ from: '/platforms/$platformId' });
  const tab = search.tab ?? 'findings';
  return (
    <Page
      title={platform.name}
      trail={[{ to: '/', label: 'Overview' }]}
      about={<>{platform.connectorTitle} · {platform.environment} · <code>{platform.baseUrl}</code> {platform.isDemo && <Badge variant="outline" color="gray">Demo estate</Badge>}</>}
      actions={<>{can('scans.start') && <ScanNow platform={platform} />}{can('platforms.write') && <RemovePlatform platform={platform} />}</>}
    >
      <Tabs value={tab} onChange={(value) => void navigate({ search: { tab: value as PlatformTab } })} keepMounted={false}>
        <Tabs.List aria-label="Parts of this platform">
          {PLATFORM_TABS.map((name) => <Tabs.Tab key={name} value={name}>{TAB_WORDS[name]}{name === 'drift' && platform.openDrift > 0 ? ` (${platform.openDrift})` : ''}</Tabs.Tab>)}
        </Tabs.List>
        <Tabs.Panel value="findings" pt="md"><FindingsTable search={{ ...search, platformId: platform.id }} onSearch={(next) => void navigate({ search: { tab, ...next } })} /></Tabs.Panel>
        <Tabs.Panel value="drift" pt="md"><DriftItems platform={platform} includeGone={search.gone ?? false} onIncludeGone={(gone) => void navigate({ search: { tab, ...(gone && { gone }) } })} /></Tabs.Panel>
        <Tabs.Panel value="scans" pt="md"><ScanList platform={platform} /></Tabs.Panel>
        <Tabs.Panel value="baselines" pt="md"><Baselines platform={platform} /></Tabs.Panel>
        <Tabs.Panel value="schedule" pt="md"><ScheduleEditor platform={platform} /></Tabs.Panel>
      </Tabs>
    </Page>
  );
}

function ScanNow({ platform }: { platform: Platform }): JSX.Element {
  const queries = useQueryClient();
  const running = platform.lastScan?.status === 'running';
  const scan = useMutation({
    mutationFn: () => api.post<ScanStarted>(`platforms/${platform.id}/scans`),
    onSuccess: async (started) => {
      notifications.show({ message: started.joined ? 'A scan was already running; this joined it.' : 'The scan has begun.' });
      await queries.invalidateQueries({ queryKey: ['platforms'] });
    },
    onError: (error) => notifications.show({ color: 'red', title: 'The scan did not start', message: error.message }),
  });
  return <Button size="xs" loading={scan.isPending || running} onClick={() => scan.mutate()}>Scan now</Button>;
}
