/** The scans of a platform, newest first. */
import { Anchor, Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { JSX } from 'react';
import type { Platform, ScanList as Scans } from '../../api/schemas.js';
import { api } from '../api-client.js';
import { EmptyState } from './empty-state.js';
import { Loaded } from './loaded.js';
import { When } from './when.js';
import { SCAN_WORDS } from './words.js';

const TRIGGER_WORDS = { schedule: 'Schedule', person: 'By hand', first: 'First scan', api: 'API' };

export function ScanList({ platform }: { platform: Platform }): JSX.Element {
  const scans = useQuery({ queryKey: ['scans', platform.id, platform.lastScan?.id, platform.lastScan?.status], queryFn: () => api.get<Scans>(`platforms/${platform.id}/scans`) });
  return (
    <Loaded query={scans}>
      {(list) => list.items.length === 0 ? <EmptyState title="No scan yet">Press Scan now to read this platform for the first time.</EmptyState> : (
        <Table.ScrollContainer minWidth={640}>
          <Table striped>
            <Table.Thead><Table.Tr><Table.Th>Began</Table.Th><Table.Th>Why</Table.Th><Table.Th>State</Table.Th><Table.Th className="numbers">Items</Table.Th><Table.Th className="numbers">Findings</Table.Th><Table.Th className="numbers">Drift</Table.Th></Table.Tr></Table.Thead>
            <Table.Tbody>
              {list.items.map((scan) => (
                <Table.Tr key={scan.id}>
                  <Table.Td><Anchor component={Link} to={`/scans/${scan.id}`} size="sm"><When at={scan.startedAt} /></Anchor></Table.Td>
                  <Table.Td>{TRIGGER_WORDS[scan.trigger]}{scan.requestedBy && `, ${scan.requestedBy}`}</Table.Td>
                  <Table.Td><span className={scan.status === 'incomplete' || scan.status === 'failed' ? 'hatched' : undefined}>{SCAN_WORDS[scan.status]}</span>{scan.error && ` ${scan.error.code}`}</Table.Td>
                  <Table.Td className="numbers">{scan.resources?.toLocaleString('en') ?? '–'}</Table.Td>
                  <Table.Td className="numbers">{scan.findings?.toLocaleString('en') ?? '–'}</Table.Td>
                  <Table.Td className="numbers">{scan.baselineVersion === null ? '–' : scan.drift?.toLocaleString('en') ?? '–'}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Loaded>
  );
}
