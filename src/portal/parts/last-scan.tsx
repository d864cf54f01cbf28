/** How the newest scan of a platform stands, in one line: running, ended, or failed with what stays current. */
import { Anchor, Group, Loader, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { JSX } from 'react';
import type { ScanBrief } from '../../api/schemas.js';
import { When } from './when.js';
import { count, SCAN_WORDS } from './words.js';

export function LastScan({ scan }: { scan: ScanBrief | null }): JSX.Element {
  if (scan === null) return <Text size="sm">Not scanned yet.</Text>;
  const link = <Anchor component={Link} to={`/scans/${scan.id}`} inherit>what was read</Anchor>;
  if (scan.status === 'running') {
    return <Group gap="xs" role="status"><Loader size="xs" aria-hidden="true" /><Text size="sm">A scan is running ({scan.stage}): <Anchor component={Link} to={`/scans/${scan.id}`} inherit>see how far</Anchor></Text></Group>;
  }
  const gap = scan.status !== 'completed';
  return (
    <Text size="sm" component="div">
      Last scan: <span className={gap ? 'hatched' : undefined}>{SCAN_WORDS[scan.status].toLowerCase()}</span>, <When at={scan.finishedAt ?? scan.startedAt} />
      {scan.resources !== null && <>, {count(scan.resources, 'item')} read</>}; {link}
      {scan.status === 'failed' && ' and why not. What the scan before it saw stays current.'}
    </Text>
  );
}
