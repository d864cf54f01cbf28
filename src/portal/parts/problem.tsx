/** A refusal in words: code, sentence, next step; wrong fields by the name they have on the page. */
import { Alert, Text } from '@mantine/core';
import type { JSX } from 'react';
import { ApiProblem } from '../api-client.js';

/** Names of request fields as the forms label them. */
const FIELD_WORDS: Record<string, string> = {
  name: 'Name', email: 'E-mail', password: 'Password', token: 'The link', baseUrl: 'Address', connectorId: 'Platform', environment: 'Environment', owner: 'Owner', website: 'Website', contactName: 'Contact: name',
  contactEmail: 'Contact: e-mail', hosts: 'Hosts', roles: 'Roles', reason: 'Reason', dueAt: 'Due on', questionnaireId: 'Questionnaire', cron: 'Cron', everyMinutes: 'Every (minutes)', timeZone: 'Time zone',
  hour: 'At', minute: 'At', jitterSeconds: 'Jitter', answers: 'Answers',
};

function fieldInWords(path: string): string {
  const names = path.split('.');
  return names.map((name) => FIELD_WORDS[name]).find((words) => words !== undefined) ?? path;
}

export function Problem({ error }: { error: unknown }): JSX.Element | null {
  if (error === null || error === undefined) return null;
  const problem = error instanceof ApiProblem ? error : null;
  const fields = problem?.fields.filter((field) => field.path !== '') ?? [];
  if (problem && fields.length > 0) {
    return (
      <Alert color="red" variant="light" role="alert" title={fields.length === 1 ? 'One field needs a correction' : `${fields.length} fields need a correction`}>
        <ul style={{ margin: 0, paddingLeft: '1.1rem' }}>{fields.map((field) => <li key={field.path}><b>{fieldInWords(field.path)}</b> {field.message}.</li>)}</ul>
        <Text size="xs" mt={4}>{problem.code}</Text>
      </Alert>
    );
  }
  return (
    <Alert color="red" variant="light" role="alert" title={problem?.message ?? 'Something went wrong in this page.'}>
      <Text size="sm">{problem?.next ?? 'Reload the page.'}</Text>
      {problem && <Text size="xs" mt={4}>{problem.code}</Text>}
    </Alert>
  );
}
