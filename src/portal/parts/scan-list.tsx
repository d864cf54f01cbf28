/** The scans of a platform, newest first. */
import { Anchor, Table } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { JSX } from 'react';
import type { Platform, Scan } from '../../api/schemas.js';
import { EmptyState } from './empty-state.js';
import { Paged } from './pages.js';
import { Sheet } from './sheet.js';
import { When } from './when.js';
import { SCAN_WORDS } from './words.js';

const TRIGGER_WORDS = { schedule: 'Schedule', person: 'By hand', first: 'First scan', api: 'API' };
const COLUMNS = [{ head: 'Began' }, { head: 'Why' }, { head: 'State' }, { head: 'Items read', numbers: true }, { head: 'Open findings', numbers: true }, { head: 'Changes', numbers: true }];

export function ScanList({ platform }: { platform: Platform }): JSX.Element {
  return (
    <Paged<Scan> queryKey={['scans', platform.id, platform.lastScan?.id, platform.lastScan?.status]} path={`platforms/${platform.id}/scans`}>
      {(items) => items.length === 0 ? <EmptyState title="No scan yet">Press Scan now to read this platform for the first time.</EmptyState> : (
        <Sheet label="Scans" minWidth={640} columns={COLUMNS}>
          {items.map((scan) => <Row key={scan.id} scan={scan} />)}
        </Sheet>
      )}
    </Paged>
  );
}

function Row({ scan }: { scan: Scan }): JSX.Element {
  const gap = scan.status === 'incomplete' || scan.status === 'failed';
  return (
    <Table.Tr>
      <Table.Td><Anchor component={Link} to={`/scans/${scan.id}`} size="sm"><When at={scan.startedAt} /></Anchor></Table.Td>
      <Table.Td>{TRIGGER_WORDS[scan.trigger]}{scan.requestedBy && `, ${scan.requestedBy}`}</Table.Td>
      <Table.Td><span className={gap ? 'hatched' : undefined}>{SCAN_WORDS[scan.status]}</span>{scan.error && ` ${scan.error.code}`}</Table.Td>
      <Table.Td className="numbers">{scan.resources?.toLocaleString('en') ?? '–'}</Table.Td>
      <Table.Td className="numbers">{scan.findings?.toLocaleString('en') ?? '–'}</Table.Td>
      <Table.Td className="numbers">{scan.baselineVersion === null ? 'no baseline' : scan.drift?.toLocaleString('en') ?? '–'}</Table.Td>
    </Table.Tr>
  );
}
