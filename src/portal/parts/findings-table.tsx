/** Findings with filters that live in the address; a row opens to rationale and remediation. */
import { Button, Code, Group, Select, Stack, Table, Text, UnstyledButton } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Fragment, useState, type JSX } from 'react';
import type { Finding, FindingList } from '../../api/schemas.js';
import { OUTCOMES, SEVERITIES, type Outcome, type Severity } from '../../model/severity.js';
import { api } from '../api-client.js';
import type { FindingsSearch } from '../search.js';
import { EmptyState } from './empty-state.js';
import { Problem } from './problem.js';
import { SeverityMark } from './severity-mark.js';
import { When } from './when.js';
import { OUTCOME_WORDS } from './words.js';

export function FindingsTable({ search, onSearch, showPlatform = false }: { search: FindingsSearch; onSearch: (next: FindingsSearch) => void; showPlatform?: boolean }): JSX.Element {
  const filters = without(search, 'platformId');
  const findings = useInfiniteQuery({
    queryKey: ['findings', search.platformId, search.severity, search.outcome],
    queryFn: ({ pageParam }) => api.get<FindingList>(`findings?${asQuery({ ...pick(search), cursor: pageParam })}`),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });
  const rows = findings.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Stack>
      <Group>
        <Select label="Severity" placeholder="All" clearable clearButtonProps={{ 'aria-label': 'Show all severities' }} data={SEVERITIES.map((value) => ({ value, label: value }))} value={filters.severity ?? null} onChange={(value) => onSearch({ ...without(filters, 'severity'), ...(value && { severity: value as Severity }) })} />
        <Select label="Outcome" placeholder="All" clearable clearButtonProps={{ 'aria-label': 'Show all outcomes' }} data={OUTCOMES.filter((value) => value !== 'pass' && value !== 'not-applicable').map((value) => ({ value, label: OUTCOME_WORDS[value] }))} value={filters.outcome ?? null} onChange={(value) => onSearch({ ...without(filters, 'outcome'), ...(value && { outcome: value as Outcome }) })} />
      </Group>
      <Problem error={findings.error} />
      {findings.isSuccess && rows.length === 0
        ? <EmptyState title="No finding here">{filters.severity || filters.outcome ? 'No finding matches this filter. Clear it to see all.' : 'Nothing that the checks look for was found open. The scan page says which checks could be judged.'}</EmptyState>
        : <Rows rows={rows} showPlatform={showPlatform} />}
      {findings.hasNextPage && <Button variant="default" loading={findings.isFetchingNextPage} onClick={() => void findings.fetchNextPage()}>Show more</Button>}
    </Stack>
  );
}

function pick(search: FindingsSearch): Record<string, string | undefined> {
  return { platformId: search.platformId, severity: search.severity, outcome: search.outcome };
}

function asQuery(values: Record<string, string | undefined>): string {
  return new URLSearchParams(Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined)).toString();
}

function without(search: FindingsSearch, field: keyof FindingsSearch): FindingsSearch {
  return Object.fromEntries(Object.entries(search).filter(([name]) => name !== field));
}

function Rows({ rows, showPlatform }: { rows: Finding[]; showPlatform: boolean }): JSX.Element {
  const [open, setOpen] = useState<string | null>(null);
  return (
    <Table.ScrollContainer minWidth={720}>
      <Table highlightOnHover>
        <Table.Thead><Table.Tr><Table.Th className="numbers">No.</Table.Th><Table.Th>Severity</Table.Th><Table.Th>Finding</Table.Th><Table.Th>Where</Table.Th>{showPlatform && <Table.Th>Platform</Table.Th>}<Table.Th>Outcome</Table.Th></Table.Tr></Table.Thead>
        <Table.Tbody>
          {rows.map((finding) => (
            <Fragment key={finding.id}>
              <Table.Tr>
                <Table.Td className="numbers">{finding.number}</Table.Td>
                <Table.Td><SeverityMark severity={finding.severity} /></Table.Td>
                <Table.Td>
                  <UnstyledButton aria-expanded={open === finding.id} onClick={() => setOpen(open === finding.id ? null : finding.id)} style={{ textDecoration: 'underline dotted' }}>{finding.message}</UnstyledButton>
                </Table.Td>
                <Table.Td>{[finding.location.workflow, finding.location.step].filter(Boolean).join(' › ') || finding.resource.name}</Table.Td>
                {showPlatform && <Table.Td>{finding.platformName}</Table.Td>}
                <Table.Td><span className={finding.outcome === 'could-not-verify' ? 'hatched' : undefined}>{OUTCOME_WORDS[finding.outcome]}</span></Table.Td>
              </Table.Tr>
              {open === finding.id && <Table.Tr><Table.Td colSpan={showPlatform ? 6 : 5}><Detail finding={finding} /></Table.Td></Table.Tr>}
            </Fragment>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Detail({ finding }: { finding: Finding }): JSX.Element {
  return (
    <Stack gap="xs" py="xs" maw={820}>
      <Text size="sm" fw={600}>{finding.title} <Text component="span" size="xs" c="dimmed">{finding.checkId} v{finding.checkVersion}</Text></Text>
      {finding.rationale && <Text size="sm"><b>Why it matters.</b> {finding.rationale}</Text>}
      {finding.remediation && <Text size="sm" style={{ whiteSpace: 'pre-line' }}><b>What to do.</b> {finding.remediation}</Text>}
      <Text size="sm" c="dimmed" component="div">First seen <When at={finding.firstSeenAt} />, last seen <When at={finding.lastSeenAt} />. <Code>{finding.resource.kind}:{finding.resource.key}</Code></Text>
    </Stack>
  );
}
