/** One platform on the overview: what is open by severity, how it stands against its baseline, when it is scanned next. */
import { Anchor, Badge, Card, Group, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { JSX } from 'react';
import type { Platform } from '../../api/schemas.js';
import { SEVERITIES, type Severity } from '../../model/severity.js';
import { useCan } from '../session.js';
import { LastScan } from './last-scan.js';
import { RemovePlatform } from './remove-platform.js';
import { specInWords } from './schedule-words.js';
import { SeverityMark } from './severity-mark.js';
import { TextLink } from './text-link.js';
import { When } from './when.js';
import { asWords, count } from './words.js';

export function PlatformCard({ platform }: { platform: Platform }): JSX.Element {
  const can = useCan();
  const home = `/platforms/${platform.id}`;
  return (
    <Card withBorder component="article" aria-label={platform.name} p="lg">
      <Stack gap="md" h="100%">
        <Group justify="space-between" align="flex-start" wrap="nowrap">
          <div style={{ minWidth: 0 }}>
            <Group gap="xs"><Title order={2} size="h3" className="anywhere"><Anchor component={Link} to={home} inherit>{platform.name}</Anchor></Title>{platform.isDemo && <Badge variant="default" tt="none" size="sm">Demo estate</Badge>}</Group>
            <Text size="sm" c="dimmed" className="anywhere">{platform.connectorTitle} · {asWords(platform.environment)} · {platform.baseUrl}</Text>
          </div>
          {can('platforms.manage') && platform.isDemo && <RemovePlatform platform={platform} size="xs" />}
        </Group>
        <OpenFindings platform={platform} />
        <dl className="facts">
          {platform.keyRefusedSince !== null && <><dt>Key</dt><dd><span className="hatched">refused</span> since <When at={platform.keyRefusedSince} />; <TextLink to={home}>what to do</TextLink></dd></>}
          <dt>Last scan</dt><dd><LastScan scan={platform.lastScan} bare /></dd>
          <dt>Drift</dt><dd><Drift platform={platform} /></dd>
          <dt>Schedule</dt><dd><TextLink to={`${home}?tab=schedule`}>{platform.schedule === null ? 'None: it is scanned only by hand' : `${specInWords(platform.schedule)}${platform.schedulePaused ? ', paused' : ''}`}</TextLink></dd>
        </dl>
      </Stack>
    </Card>
  );
}

function OpenFindings({ platform }: { platform: Platform }): JSX.Element {
  const open = platform.openFindings;
  if (open === null) return <Text size="sm" className="hatched">What is open is not known before the first scan has ended.</Text>;
  return (
    <ul className="tally" aria-label="Open findings">
      {SEVERITIES.map((severity) => <li key={severity} data-none={open[severity] === 0 || undefined}><Tally platform={platform} severity={severity} number={open[severity]} /></li>)}
    </ul>
  );
}

function Tally({ platform, severity, number }: { platform: Platform; severity: Severity; number: number }): JSX.Element {
  const content = <><b>{number.toLocaleString('en')}</b><SeverityMark severity={severity} /></>;
  return number === 0 ? <div>{content}</div> : <Link to="/platforms/$platformId" params={{ platformId: platform.id }} search={{ tab: 'findings', severity }}>{content}</Link>;
}

function Drift({ platform }: { platform: Platform }): JSX.Element {
  const home = `/platforms/${platform.id}`;
  const link = (tab: string, words: string): JSX.Element => <TextLink to={`${home}?tab=${tab}`}>{words}</TextLink>;
  if (platform.proposedBaselines > 0) return <>{driftInWords(platform)} {link('baselines', 'A proposed baseline waits for its approval')}.</>;
  if (platform.baselineVersion === null) return <>{driftInWords(platform)} {platform.lastScan?.status === 'completed' && <>{link('baselines', 'Propose the last scan as baseline')}.</>}</>;
  return platform.openDrift === 0 ? <>{driftInWords(platform)}</> : link('drift', driftInWords(platform));
}

function driftInWords(platform: Platform): string {
  if (platform.baselineVersion === null) return 'No approved baseline, so changes cannot be told.';
  if (platform.openDrift === 0) return `No change ${platform.lastScan?.status === 'completed' ? '' : 'known '}since baseline v${platform.baselineVersion}.`;
  return `${count(platform.openDrift, 'change')} since baseline v${platform.baselineVersion}.`;
}
