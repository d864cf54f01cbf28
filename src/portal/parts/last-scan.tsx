/** How the newest scan of a platform stands, in one line: running, ended, or failed with what stays current. */
import { Group, Loader, Text } from '@mantine/core';
import type { JSX } from 'react';
import type { ScanBrief } from '../../api/schemas.js';
import { TextLink } from './text-link.js';
import { When } from './when.js';
import { count, SCAN_WORDS } from './words.js';

/** `bare`: without the words before it, where a heading says them. */
export function LastScan({ scan, bare = false }: { scan: ScanBrief | null; bare?: boolean }): JSX.Element {
  if (scan === null) return <Text size="sm">Not scanned yet.</Text>;
  const link = <TextLink to={`/scans/${scan.id}`}>what was read</TextLink>;
  if (scan.status === 'running') {
    return <Group gap="xs" role="status"><Loader size="xs" aria-hidden="true" /><Text size="sm">A scan is running ({scan.stage}): <TextLink to={`/scans/${scan.id}`}>see how far</TextLink></Text></Group>;
  }
  const gap = scan.status !== 'completed';
  return (
    <Text size="sm" component="div">
      {!bare && 'Last scan: '}<span className={gap ? 'hatched' : undefined}>{bare ? SCAN_WORDS[scan.status] : SCAN_WORDS[scan.status].toLowerCase()}</span>, <When at={scan.finishedAt ?? scan.startedAt} />
      {scan.resources !== null && <>, {count(scan.resources, 'item')} read</>}; {link}
      {scan.status === 'failed' && ' and why not. What the scan before it saw stays current.'}
    </Text>
  );
}
