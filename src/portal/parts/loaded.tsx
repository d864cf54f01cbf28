/** A query's three states in one place: loading, refused, there. */
import { Loader } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { JSX, ReactNode } from 'react';
import { Problem } from './problem.js';

export function Loaded<T>({ query, children }: { query: UseQueryResult<T>; children: (data: T) => ReactNode }): JSX.Element {
  if (query.isPending) return <Loader size="sm" aria-label="Loading" />;
  if (query.isError) return <Problem error={query.error} />;
  return <>{children(query.data)}</>;
}
