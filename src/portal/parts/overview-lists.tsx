/** The overview's lists: the latest changes, the worst open findings, the answers that are awaited. Each leads on. */
import { Anchor, Card, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useId, type JSX, type ReactNode } from 'react';
import type { Assessment, AssessmentList, DriftList, FindingList } from '../../api/schemas.js';
import { api } from '../api-client.js';
import { Loaded } from './loaded.js';
import { SeverityMark } from './severity-mark.js';
import { When } from './when.js';
import { REQUEST_WORDS } from './words.js';

const SHOWN = 5;

function Panel({ title, more, children }: { title: string; more?: ReactNode; children: ReactNode }): JSX.Element {
  const id = useId();
  return (
    <Card withBorder component="section" aria-labelledby={id} p="lg">
      <Group justify="space-between" mb={4}><Title order={2} size="h4" id={id}>{title}</Title>{more}</Group>
      {children}
    </Card>
  );
}

export function LatestChanges({ mark }: { mark: string }): JSX.Element {
  const drift = useQuery({ queryKey: ['drift', 'all', mark], queryFn: () => api.get<DriftList>('drift'), placeholderData: (before) => before });
  return (
    <Panel title="Changes since the baseline">
      <Loaded query={drift}>
        {(list) => list.items.length === 0 ? <Text size="sm" c="dimmed">No change is known. A platform is compared once it has an approved baseline.</Text> : (
          <ul className="plain-list">
            {list.items.slice(0, SHOWN).map((item) => (
              <li key={item.id}>
                <Stack gap={2}>
                  <Group gap="sm" wrap="nowrap" align="flex-start"><div style={{ flex: 'none', width: 84 }}><SeverityMark severity={item.severity} /></div><Anchor component={Link} to={`/platforms/${item.platformId}?tab=drift`} size="sm" className="anywhere">{item.sentence}</Anchor></Group>
                  <Text size="xs" c="dimmed" pl={96} component="div">{item.platformName} · since <When at={item.firstSeenAt} /></Text>
                </Stack>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </Panel>
  );
}

export function WorstFindings({ mark }: { mark: string }): JSX.Element {
  const findings = useQuery({ queryKey: ['findings', 'worst', mark], queryFn: () => api.get<FindingList>(`findings?outcome=fail&limit=${SHOWN}`), placeholderData: (before) => before });
  return (
    <Panel title="Worst open findings" more={<Anchor component={Link} to="/findings" size="sm">All findings</Anchor>}>
      <Loaded query={findings}>
        {(list) => list.items.length === 0 ? <Text size="sm" c="dimmed">No open finding is known.</Text> : (
          <ul className="plain-list">
            {list.items.map((finding) => (
              <li key={finding.id}>
                <Stack gap={2}>
                  <Group gap="sm" wrap="nowrap" align="flex-start"><div style={{ flex: 'none', width: 84 }}><SeverityMark severity={finding.severity} /></div><Anchor component={Link} to={`/platforms/${finding.platformId}?tab=findings`} size="sm" className="anywhere">{finding.message}</Anchor></Group>
                  <Text size="xs" c="dimmed" pl={96} className="anywhere">No. {finding.number} · {finding.platformName}</Text>
                </Stack>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </Panel>
  );
}

const WAITING: Assessment['state'][] = ['planned', 'sent', 'opened', 'in-progress', 'submitted', 'in-review'];

export function AwaitedAnswers(): JSX.Element | null {
  const assessments = useQuery({ queryKey: ['assessments', 'open'], queryFn: () => api.get<AssessmentList>('assessments?limit=200'), refetchInterval: 10_000 });
  const open = assessments.data?.items.filter((assessment) => WAITING.includes(assessment.state)).toSorted((a, b) => a.dueAt.localeCompare(b.dueAt)) ?? [];
  if (open.length === 0) return null;
  return (
    <Panel title="Questionnaires under way" more={<Anchor component={Link} to="/vendors" size="sm">All vendors</Anchor>}>
      <ul className="plain-list">
        {open.slice(0, SHOWN).map((assessment) => (
          <li key={assessment.id}>
            <Group justify="space-between" gap="sm">
              <Anchor component={Link} to={`/assessments/${assessment.id}`} size="sm" className="anywhere">{assessment.vendorName}: {assessment.questionnaireTitle}</Anchor>
              <Text size="sm" component="div">{REQUEST_WORDS[assessment.state]}{assessment.overdue && <b>, overdue</b>} · due <When at={assessment.dueAt} /></Text>
            </Group>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
