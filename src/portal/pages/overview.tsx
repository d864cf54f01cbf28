/** The officer's first page: every connected platform, what its last scan saw and what it could not see. */
import { Badge, Button, Card, Group, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { JSX } from 'react';
import type { Platform, PlatformList } from '../../api/schemas.js';
import { SEVERITIES } from '../../model/severity.js';
import { api } from '../api-client.js';
import { ConnectPlatform } from '../parts/connect-platform.js';
import { EmptyState } from '../parts/empty-state.js';
import { Loaded } from '../parts/loaded.js';
import { Page } from '../parts/page.js';
import { RemovePlatform } from '../parts/remove-platform.js';
import { SeverityMark } from '../parts/severity-mark.js';
import { When } from '../parts/when.js';
import { count, SCAN_WORDS } from '../parts/words.js';
import { useCan } from '../session.js';

export function Overview(): JSX.Element {
  const can = useCan();
  const [connecting, connect] = useDisclosure();
  const platforms = useQuery({ queryKey: ['platforms'], queryFn: () => api.get<PlatformList>('platforms'), refetchInterval: 5_000 });
  const button = can('platforms.write') ? <Button onClick={connect.open}>Connect a platform</Button> : null;

  return (
    <Page title="Overview" about="The platforms that Plumbline watches, as of their last scan." actions={button}>
      <Loaded query={platforms}>
        {(list) => list.items.length === 0
          ? <EmptyState title="No platform is connected" action={button}>Connect an n8n or Node-RED instance with a read-only key. Its first scan runs at once and shows what is open, what leaves the house and what could not be read.</EmptyState>
          : <SimpleGrid cols={{ base: 1, md: 2 }}>{list.items.map((platform) => <PlatformCard key={platform.id} platform={platform} />)}</SimpleGrid>}
      </Loaded>
      <ConnectPlatform opened={connecting} onClose={connect.close} />
    </Page>
  );
}

function PlatformCard({ platform }: { platform: Platform }): JSX.Element {
  const can = useCan();
  const scan = platform.lastScan;
  return (
    <Card withBorder component="article" aria-label={platform.name}>
      <Stack gap="sm">
        <Group justify="space-between" align="flex-start">
          <div>
            <Title order={2} size="h4"><Link to="/platforms/$platformId" params={{ platformId: platform.id }}>{platform.name}</Link></Title>
            <Text size="sm" c="dimmed">{platform.connectorTitle} · {platform.environment} · {platform.baseUrl}</Text>
          </div>
          {platform.isDemo && <Badge variant="outline" color="gray">Demo estate</Badge>}
        </Group>
        {scan === null
          ? <Text size="sm">Not scanned yet.</Text>
          : <Text size="sm" component="div">Last scan: {SCAN_WORDS[scan.status]}, <When at={scan.finishedAt ?? scan.startedAt} />{scan.resources !== null && <>, {count(scan.resources, 'item')} read</>}</Text>}
        <Findings platform={platform} />
        <Text size="sm">{driftSentence(platform)}</Text>
        <Group gap="xs">
          <Button size="xs" variant="default" component={Link} to={`/platforms/${platform.id}`}>Open</Button>
          {scan && <Button size="xs" variant="default" component={Link} to={`/scans/${scan.id}`}>Last scan</Button>}
          {can('platforms.write') && platform.isDemo && <RemovePlatform platform={platform} />}
        </Group>
      </Stack>
    </Card>
  );
}

function Findings({ platform }: { platform: Platform }): JSX.Element {
  const open = platform.openFindings;
  if (open === null) return <Text size="sm">What is open is not known before the first finished scan.</Text>;
  const present = SEVERITIES.filter((severity) => open[severity] > 0);
  return (
    <Group gap="md" role="group" aria-label="Open findings">
      {present.map((severity) => <SeverityMark key={severity} severity={severity} count={open[severity]} />)}
      {present.length === 0 && <Text size="sm">No open finding.</Text>}
    </Group>
  );
}

function driftSentence(platform: Platform): string {
  if (platform.baselineVersion === null) return 'No approved baseline yet, so drift is not known.';
  if (platform.openDrift === 0) return `No drift from baseline v${platform.baselineVersion}.`;
  return `${count(platform.openDrift, 'change')} since baseline v${platform.baselineVersion}.`;
}
