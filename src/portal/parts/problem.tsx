/** A refusal in words: code, sentence, next step. */
import { Alert, Code, Text } from '@mantine/core';
import type { JSX } from 'react';
import { ApiProblem } from '../api-client.js';

export function Problem({ error }: { error: unknown }): JSX.Element | null {
  if (error === null || error === undefined) return null;
  const problem = error instanceof ApiProblem ? error : null;
  return (
    <Alert color="red" variant="light" role="alert" title={problem?.message ?? 'Something went wrong in this page.'}>
      <Text size="sm">{problem?.next ?? 'Reload the page.'}</Text>
      {problem && problem.fields.length > 0 && (
        <ul>{problem.fields.map((field) => <li key={field.path}><Code>{field.path}</Code> {field.message}</li>)}</ul>
      )}
      {problem && <Text size="xs" c="dimmed">{problem.code}</Text>}
    </Alert>
  );
}
