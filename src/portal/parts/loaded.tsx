/** A query's three states in one place: loading, refused, there. What is there stays while a later try fails, and says so. */
import { Alert, Loader } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { JSX, ReactNode } from 'react';
import { Problem } from './problem.js';
import { inWords } from './when.js';

export function Loaded<T>({ query, children }: { query: UseQueryResult<T>; children: (data: T) => ReactNode }): JSX.Element {
  if (query.isPending) return <Loader size="sm" aria-label="Loading" role="status" />;
  if (query.data === undefined) return <Problem error={query.error} />;
  return (
    <>
      {query.isError && <Alert color="yellow" role="status" title="This may be out of date">Plumbline does not answer right now. What you see was read {inWords(new Date(query.dataUpdatedAt).toISOString())}.</Alert>}
      {children(query.data)}
    </>
  );
}
