/** One scan: what was read, what could not be read, and how every check came out. */
import { Alert, Button, Progress, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState, type JSX } from 'react';
import type { Scan, ScanDetails } from '../../api/schemas.js';
import type { CheckResult } from '../../model/finding.js';
import { severityRank } from '../../model/severity.js';
import type { CompletenessEntry } from '../../model/snapshot.js';
import { api } from '../api-client.js';
import { Loaded } from '../parts/loaded.js';
import { Page } from '../parts/page.js';
import { ProduceReport } from '../parts/produce-report.js';
import { Sheet } from '../parts/sheet.js';
import { SeverityMark } from '../parts/severity-mark.js';
import { SuspectCounts } from '../parts/suspect-counts.js';
import { When } from '../parts/when.js';
import { count, OUTCOME_WORDS, readReasonInWords, readStateInWords, SCAN_WORDS } from '../parts/words.js';

export function ScanPage(): JSX.Element {
  const { scanId } = useParams({ from: '/shell/scans/$scanId' });
  const scan = useQuery({
    queryKey: ['scan', scanId],
    queryFn: () => api.get<ScanDetails>(`scans/${scanId}`),
    refetchInterval: (query) => (query.state.data?.scan.status === 'running' ? 1_000 : false),
  });
  return <Loaded query={scan}>{(details) => <Details details={details} />}</Loaded>;
}

function Details({ details }: { details: ScanDetails }): JSX.Element {
  const { scan, completeness, confirmedTypes, checkResults } = details;
  const suspects = completeness.filter((entry) => entry.state === 'suspect').map(({ type, title, read, before }) => ({ type, title, read, before: before ?? read, confirmed: confirmedTypes.includes(type) }));
  return (
    <Page
      title={`Scan of ${scan.platformName}`}
      trail={[{ to: '/', label: 'Overview' }, { to: `/platforms/${scan.platformId}`, label: scan.platformName }]}
      about={<><span className={scan.status === 'incomplete' || scan.status === 'failed' ? 'hatched' : undefined}>{SCAN_WORDS[scan.status]}</span> · began <When at={scan.startedAt} />{scan.requestedBy && <> by {scan.requestedBy}</>}{scan.platformVersion && <> · version {scan.platformVersion}</>}</>}
      actions={scan.status === 'completed' || scan.status === 'incomplete' ? <ProduceReport kind="scan" subjectId={scan.id} /> : null}
    >
      {scan.status === 'running' && <Running scan={scan} />}
      {scan.error && <Alert color="red" role="alert" title={scan.error.message}><Text size="sm">{scan.error.next} What the scan before this one saw stays current.</Text><Text size="xs" mt={4}>{scan.error.code}</Text></Alert>}
      {scan.status !== 'running' && scan.error === null && <Facts scan={scan} />}
      {scan.status !== 'running' && <SuspectCounts platformId={scan.platformId} suspects={suspects} />}
      <Completeness entries={completeness} />
      <Checks results={checkResults} />
    </Page>
  );
}

function Running({ scan }: { scan: Scan }): JSX.Element {
  return (
    <Stack gap={4} aria-live="polite">
      <Text size="sm">{scan.progress ? `Reading ${scan.progress.title.toLowerCase()}: page ${scan.progress.page}, ${count(scan.progress.read, 'item')} so far` : `Now: ${scan.stage}`}. You can leave this page; the scan goes on.</Text>
      <Progress value={100} animated aria-label="The scan is running" />
    </Stack>
  );
}

function Facts({ scan }: { scan: Scan }): JSX.Element {
  return (
    <Text size="sm">
      {count(scan.resources ?? 0, 'item')} read, {count(scan.findings ?? 0, 'open finding')},{' '}
      {scan.baselineVersion === null ? 'no approved baseline to compare with' : `${count(scan.drift ?? 0, 'change')} since baseline v${scan.baselineVersion}`}.
      {scan.root && <Text component="span" size="xs" c="dimmed" display="block" className="anywhere">Snapshot <code>{scan.root}</code></Text>}
    </Text>
  );
}

const READ_COLUMNS = [{ head: 'Part', width: '24%' }, { head: 'State', width: 150 }, { head: 'Read', numbers: true, width: 80 }, { head: 'Expected', numbers: true, width: 90 }, { head: 'Why' }];
const CHECK_COLUMNS = [{ head: 'Check' }, { head: 'Severity', width: 104 }, { head: 'Outcome', width: 140 }, { head: 'Fail', numbers: true, width: 60 }, { head: 'Pass', numbers: true, width: 60 }, { head: 'Why', width: '28%' }];

function Completeness({ entries }: { entries: CompletenessEntry[] }): JSX.Element | null {
  if (entries.length === 0) return null;
  const gaps = entries.filter((entry) => entry.state !== 'collected' && entry.state !== 'empty');
  return (
    <section aria-labelledby="read">
      <Title order={2} size="h4" id="read">What was read</Title>
      <Text size="sm" c="dimmed" mb="xs">{gaps.length === 0 ? 'Everything that this connector reads was read.' : `${count(gaps.length, 'part')} could not be read. Nothing is concluded about them.`}</Text>
      <Sheet label="What was read" minWidth={620} columns={READ_COLUMNS}>
            {entries.map((entry) => {
              const gap = entry.state !== 'collected' && entry.state !== 'empty';
              return (
                <Table.Tr key={entry.type}>
                  <Table.Td>{entry.title}{entry.required && <Text component="span" size="xs" c="dimmed"> (required)</Text>}</Table.Td>
                  <Table.Td><span className={gap ? 'hatched nowrap' : undefined}>{readStateInWords(entry)}</span></Table.Td>
                  <Table.Td className="numbers">{gap && entry.read === 0 ? '–' : entry.read.toLocaleString('en')}</Table.Td>
                  <Table.Td className="numbers">{entry.expected === null ? '–' : entry.expected.toLocaleString('en')}</Table.Td>
                  <Table.Td className="anywhere">{readReasonInWords(entry)}</Table.Td>
                </Table.Tr>
              );
            })}
      </Sheet>
    </section>
  );
}

const OUTCOME_ORDER = ['fail', 'could-not-verify', 'waived', 'pass', 'not-applicable'];

function inOrder(results: CheckResult[]): CheckResult[] {
  return results.toSorted((a, b) => OUTCOME_ORDER.indexOf(a.outcome) - OUTCOME_ORDER.indexOf(b.outcome) || severityRank(a.severity) - severityRank(b.severity) || a.checkId.localeCompare(b.checkId));
}

function Checks({ results }: { results: CheckResult[] }): JSX.Element | null {
  const [all, setAll] = useState(false);
  if (results.length === 0) return null;
  const applying = results.filter((result) => result.outcome !== 'not-applicable');
  const judged = applying.filter((result) => result.outcome !== 'could-not-verify').length;
  const idle = results.length - applying.length;
  return (
    <section aria-labelledby="checks">
      <Title order={2} size="h4" id="checks">Checks</Title>
      <Text size="sm" c="dimmed" mb="xs">
        {applying.length > 0 && `${judged} of ${count(applying.length, 'check')} that apply could be judged (${Math.round((judged / applying.length) * 100)}%). `}
        {idle > 0 && `${count(idle, 'check')} found nothing here to judge.`}
      </Text>
      <Sheet label="Checks" minWidth={760} columns={CHECK_COLUMNS}>
        {inOrder(all ? results : applying).map((result) => <CheckRow key={result.checkId} result={result} />)}
      </Sheet>
      {idle > 0 && <Button mt="xs" size="sm" variant="default" aria-expanded={all} onClick={() => setAll(!all)}>{all ? 'Hide' : 'Show'} the {count(idle, 'check')} without anything to judge</Button>}
    </section>
  );
}

function CheckRow({ result }: { result: CheckResult }): JSX.Element {
  return (
    <Table.Tr>
      <Table.Td>{result.title}<Text component="span" size="xs" c="dimmed" display="block">{result.checkId} v{result.checkVersion}</Text></Table.Td>
      <Table.Td><SeverityMark severity={result.severity} /></Table.Td>
      <Table.Td><span className={result.outcome === 'could-not-verify' ? 'hatched nowrap' : 'nowrap'}>{OUTCOME_WORDS[result.outcome]}</span></Table.Td>
      <Table.Td className="numbers">{result.counts.fail.toLocaleString('en')}</Table.Td>
      <Table.Td className="numbers">{result.counts.pass.toLocaleString('en')}</Table.Td>
      <Table.Td className="anywhere">{result.reason}</Table.Td>
    </Table.Tr>
  );
}
