/** The officer's first page: every connected platform, what is open on it, what changed, and which answers are awaited. */
import { Button, SimpleGrid, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import type { JSX } from 'react';
import type { PlatformList } from '../../api/schemas.js';
import { api } from '../api-client.js';
import { ConnectPlatform } from '../parts/connect-platform.js';
import { EmptyState } from '../parts/empty-state.js';
import { Loaded } from '../parts/loaded.js';
import { AwaitedAnswers, LatestChanges, WorstFindings } from '../parts/overview-lists.js';
import { Page } from '../parts/page.js';
import { PlatformCard } from '../parts/platform-card.js';
import { useCan } from '../session.js';

export function Overview(): JSX.Element {
  const can = useCan();
  const [connecting, connect] = useDisclosure();
  const platforms = useQuery({ queryKey: ['platforms'], queryFn: () => api.get<PlatformList>('platforms'), refetchInterval: 3_000 });
  const button = can('platforms.manage') ? <Button onClick={connect.open}>Connect a platform</Button> : null;

  return (
    <Page title="Overview" about="The platforms that Plumbline watches, as of the last scan of each." actions={platforms.data?.items.length === 0 ? null : button}>
      <Loaded query={platforms}>
        {(list) => list.items.length === 0
          ? <EmptyState title="No platform is connected" action={button}>Connect a platform with a read-only key. Its first scan runs at once and shows what is open, where data goes and what could not be read.</EmptyState>
          : <Estate list={list} />}
      </Loaded>
      <ConnectPlatform opened={connecting} onClose={connect.close} />
    </Page>
  );
}

function Estate({ list }: { list: PlatformList }): JSX.Element {
  const mark = list.items.map((platform) => `${platform.lastScan?.id} ${platform.lastScan?.status} ${platform.baselineVersion}`).join(' ');
  return (
    <Stack gap="md">
      <SimpleGrid cols={{ base: 1, lg: list.items.length === 1 ? 1 : 2 }} spacing="md">{list.items.map((platform) => <PlatformCard key={platform.id} platform={platform} />)}</SimpleGrid>
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md" style={{ alignItems: 'start' }}>
        <LatestChanges mark={mark} />
        <WorstFindings mark={mark} />
      </SimpleGrid>
      <AwaitedAnswers />
    </Stack>
  );
}
