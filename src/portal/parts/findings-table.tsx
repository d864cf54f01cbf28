/** Findings with filters that live in the address; a row opens to rationale and remediation. */
import { Code, Group, Select, Stack, Table, Text, UnstyledButton } from '@mantine/core';
import { Fragment, useState, type JSX } from 'react';
import type { Finding } from '../../api/schemas.js';
import { OUTCOMES, SEVERITIES, type Outcome, type Severity } from '../../model/severity.js';
import type { FindingsSearch } from '../search.js';
import { EmptyState } from './empty-state.js';
import { Paged } from './pages.js';
import { SeverityMark } from './severity-mark.js';
import { Sheet, type Column } from './sheet.js';
import { When } from './when.js';
import { kindInWords, OUTCOME_WORDS, SEVERITY_WORDS } from './words.js';

interface FindingsTableProps {
  search: FindingsSearch;
  onSearch: (next: FindingsSearch) => void;
  showPlatform?: boolean;
  /** changes when a scan ends, so that its findings are read */
  scanMark?: string;
  /** false until a scan has ended that could be judged: until then "none" would be a claim */
  judged?: boolean;
}

export function FindingsTable({ search, onSearch, showPlatform = false, scanMark, judged = true }: FindingsTableProps): JSX.Element {
  const { platformId, severity, outcome } = search;
  return (
    <Stack gap="sm">
      <Filters search={search} onSearch={onSearch} />
      <Paged<Finding> queryKey={['findings', platformId, severity, outcome, scanMark]} path="findings" query={{ platformId, severity, outcome }}>
        {(rows) => rows.length === 0
          ? <NoFinding filtered={severity !== undefined || outcome !== undefined} judged={judged} />
          : <Rows rows={rows} showPlatform={showPlatform} />}
      </Paged>
    </Stack>
  );
}

function NoFinding({ filtered, judged }: { filtered: boolean; judged: boolean }): JSX.Element {
  if (!judged) return <EmptyState title="Not judged yet">Findings stand here once a first scan has read this platform.</EmptyState>;
  if (filtered) return <EmptyState title="No finding here">No finding matches this filter. Clear it to see all.</EmptyState>;
  return <EmptyState title="No finding here">No open finding is known. The page of a scan tells which checks could be judged and what could not be read.</EmptyState>;
}

const SHOWN_OUTCOMES = OUTCOMES.filter((value) => value === 'fail' || value === 'could-not-verify' || value === 'waived');

function Filters({ search, onSearch }: Pick<FindingsTableProps, 'search' | 'onSearch'>): JSX.Element {
  const filters = without(search, 'platformId');
  return (
    <Group gap="sm">
      <Select
        label="Severity" placeholder="All" w={170} clearable clearButtonProps={{ 'aria-label': 'Show all severities' }} data={SEVERITIES.map((value) => ({ value, label: SEVERITY_WORDS[value] }))} value={filters.severity ?? null}
        onChange={(value) => onSearch({ ...without(filters, 'severity'), ...(value && { severity: value as Severity }) })}
      />
      <Select
        label="Outcome" placeholder="All" w={190} clearable clearButtonProps={{ 'aria-label': 'Show all outcomes' }} data={SHOWN_OUTCOMES.map((value) => ({ value, label: OUTCOME_WORDS[value] }))} value={filters.outcome ?? null}
        onChange={(value) => onSearch({ ...without(filters, 'outcome'), ...(value && { outcome: value as Outcome }) })}
      />
    </Group>
  );
}

function without(search: FindingsSearch, field: keyof FindingsSearch): FindingsSearch {
  return Object.fromEntries(Object.entries(search).filter(([name]) => name !== field));
}

const COLUMNS: Column[] = [{ head: 'No.', numbers: true, width: 56 }, { head: 'Severity', width: 104 }, { head: 'Finding' }, { head: 'First seen', width: 200 }, { head: 'Outcome', width: 140 }];

function Rows({ rows, showPlatform }: { rows: Finding[]; showPlatform: boolean }): JSX.Element {
  const [open, setOpen] = useState<string | null>(null);
  return (
    <Sheet label="Findings" minWidth={760} columns={COLUMNS}>
      {rows.map((finding) => (
        <Fragment key={finding.id}>
          <Table.Tr>
            <Table.Td className="numbers">{finding.number}</Table.Td>
            <Table.Td><SeverityMark severity={finding.severity} /></Table.Td>
            <Table.Td className="anywhere">
              <UnstyledButton className="row-button" fz="sm" aria-expanded={open === finding.id} onClick={() => setOpen(open === finding.id ? null : finding.id)}>
                <span className="chevron" aria-hidden="true">›</span><span className="row-words">{finding.message}</span>
              </UnstyledButton>
              <Text size="xs" c="dimmed" pl="1.15em">{whereOf(finding)}{showPlatform && ` · ${finding.platformName}`}</Text>
            </Table.Td>
            <Table.Td><When at={finding.firstSeenAt} stacked /></Table.Td>
            <Table.Td><span className={finding.outcome === 'could-not-verify' ? 'hatched nowrap' : 'nowrap'}>{OUTCOME_WORDS[finding.outcome]}</span></Table.Td>
          </Table.Tr>
          {open === finding.id && <Table.Tr className="ground"><Table.Td colSpan={2} /><Table.Td colSpan={COLUMNS.length - 2}><Detail finding={finding} /></Table.Td></Table.Tr>}
        </Fragment>
      ))}
    </Sheet>
  );
}

function whereOf(finding: Pick<Finding, 'location' | 'resource'>): string {
  return [finding.location.workflow, finding.location.step].filter(Boolean).join(' › ') || finding.resource.name;
}

function Detail({ finding }: { finding: Finding }): JSX.Element {
  return (
    <Stack gap="xs" pb="xs" maw={780}>
      <Text size="sm" fw={600}>{finding.title} <Text component="span" size="xs" c="dimmed">{finding.checkId} v{finding.checkVersion}</Text></Text>
      {finding.rationale && <Text size="sm"><b>Why it matters.</b> {finding.rationale}</Text>}
      {finding.remediation && finding.remediation.length > 0 && <Remediation steps={finding.remediation} />}
      <Text size="sm" c="dimmed" component="div">First seen <When at={finding.firstSeenAt} />, last seen <When at={finding.lastSeenAt} />.</Text>
      <Text size="xs" c="dimmed" component="div" className="anywhere">{kindInWords(finding.resource.kind)} <Code>{finding.resource.key}</Code></Text>
    </Stack>
  );
}

function Remediation({ steps }: { steps: string[] }): JSX.Element {
  if (steps.length === 1) return <Text size="sm"><b>What to do.</b> {steps[0]}</Text>;
  return (
    <Text size="sm" component="div">
      <b>What to do.</b>
      <ol style={{ margin: 0, paddingLeft: '1.3rem' }}>{steps.map((step) => <li key={step}>{step}</li>)}</ol>
    </Text>
  );
}
