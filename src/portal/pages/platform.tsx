/** One platform: findings, drift, scans, baselines and schedule, each in a tab whose name stands in the address. */
import { Badge, Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import type { JSX } from 'react';
import type { Platform, PlatformAnswer } from '../../api/schemas.js';
import { SEVERITIES } from '../../model/severity.js';
import { api } from '../api-client.js';
import { Baselines } from '../parts/baselines.js';
import { DriftItems } from '../parts/drift-items.js';
import { FindingsTable } from '../parts/findings-table.js';
import { KeyRefused } from '../parts/key-refused.js';
import { LastScan } from '../parts/last-scan.js';
import { Loaded } from '../parts/loaded.js';
import { Page } from '../parts/page.js';
import { PlatformLog } from '../parts/platform-log.js';
import { RemovePlatform } from '../parts/remove-platform.js';
import { ReplaceKey } from '../parts/replace-key.js';
import { ScanNow } from '../parts/scan-now.js';
import { ScanList } from '../parts/scan-list.js';
import { ScheduleEditor } from '../parts/schedule-editor.js';
import { SuspectCounts } from '../parts/suspect-counts.js';
import { asWords } from '../parts/words.js';
import { PLATFORM_TABS, type PlatformTab } from '../search.js';
import { useCan } from '../session.js';

export function PlatformPage(): JSX.Element {
  const { platformId } = useParams({ from: '/shell/platforms/$platformId' });
  const platform = useQuery({
    queryKey: ['platforms', platformId],
    queryFn: () => api.get<PlatformAnswer>(`platforms/${platformId}`),
    refetchInterval: (query) => (query.state.data?.platform.lastScan?.status === 'running' || query.state.data?.platform.lastScan === null ? 1_000 : 3_000),
  });
  return <Loaded query={platform}>{(answer) => <Content platform={answer.platform} />}</Loaded>;
}

function Content({ platform }: { platform: Platform }): JSX.Element {
  const can = useCan();
  const { key } = useSearch({ from: '/shell/platforms/$platformId' });
  return (
    <Page
      title={platform.name}
      trail={[{ to: '/', label: 'Overview' }]}
      about={<>{platform.connectorTitle} · {asWords(platform.environment)} · {platform.baseUrl}{platform.owner && <> · owner {platform.owner}</>} {platform.isDemo && <Badge variant="default" tt="none" size="sm">Demo estate</Badge>}</>}
      actions={<>{can('platforms.manage') && <><ReplaceKey platform={platform} asked={key === 'replace'} /><RemovePlatform platform={platform} /></>}{can('scans.run') && <ScanNow platform={platform} />}</>}
    >
      <LastScan scan={platform.lastScan} />
      <KeyRefused since={platform.keyRefusedSince} />
      <SuspectCounts platformId={platform.id} suspects={platform.suspects} />
      <Parts platform={platform} />
    </Page>
  );
}

function Parts({ platform }: { platform: Platform }): JSX.Element {
  const search = useSearch({ from: '/shell/platforms/$platformId' });
  const navigate = useNavigate({ from: '/platforms/$platformId' });
  const tab = search.tab ?? 'findings';
  const scanMark = `${platform.lastScan?.id} ${platform.lastScan?.status}`;
  return (
    <Tabs value={tab} onChange={(value) => void navigate({ search: { tab: value as PlatformTab }, replace: true })} keepMounted={false}>
      <Tabs.List aria-label="Parts of this platform">
        {PLATFORM_TABS.map((name) => <Tabs.Tab key={name} value={name}>{tabInWords(name, platform)}</Tabs.Tab>)}
      </Tabs.List>
      <Tabs.Panel value="findings" pt="md"><FindingsTable scanMark={scanMark} judged={platform.openFindings !== null} search={{ ...search, platformId: platform.id }} onSearch={(next) => void navigate({ search: { tab, ...next }, replace: true })} /></Tabs.Panel>
      <Tabs.Panel value="drift" pt="md"><DriftItems platform={platform} includeGone={search.gone ?? false} onIncludeGone={(gone) => void navigate({ search: { tab, ...(gone && { gone }) }, replace: true })} /></Tabs.Panel>
      <Tabs.Panel value="scans" pt="md"><ScanList platform={platform} /></Tabs.Panel>
      <Tabs.Panel value="baselines" pt="md"><Baselines platform={platform} /></Tabs.Panel>
      <Tabs.Panel value="log" pt="md"><PlatformLog platform={platform} /></Tabs.Panel>
      <Tabs.Panel value="schedule" pt="md"><ScheduleEditor platform={platform} /></Tabs.Panel>
    </Tabs>
  );
}

function tabInWords(name: PlatformTab, platform: Platform): string {
  const open = platform.openFindings;
  if (name === 'findings' && open) return `Findings (${SEVERITIES.reduce((sum, severity) => sum + open[severity], 0).toLocaleString('en')})`;
  if (name === 'drift' && platform.baselineVersion !== null) return `Drift (${platform.openDrift.toLocaleString('en')})`;
  if (name === 'baselines' && platform.proposedBaselines > 0) return `Baselines (${platform.proposedBaselines} to decide)`;
  return name === 'log' ? 'The platform’s own log' : asWords(name);
}
