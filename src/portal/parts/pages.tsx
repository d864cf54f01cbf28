/** Lists that come in pages: the items read so far and the button for more. */
import { Button, Loader } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { JSX, ReactNode } from 'react';
import { api } from '../api-client.js';
import { Problem } from './problem.js';

interface OnePage<T> {
  items: T[];
  nextCursor: string | null;
}

export interface PagedProps<T> {
  queryKey: readonly unknown[];
  /** below /api/v1, without the cursor */
  path: string;
  query?: Record<string, string | undefined>;
  refetchMs?: number | ((items: T[]) => number | false);
  children: (items: T[]) => ReactNode;
}

export function Paged<T>({ queryKey, path, query = {}, refetchMs, children }: PagedProps<T>): JSX.Element {
  const pages = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam }) => api.get<OnePage<T>>(`${path}?${asQuery({ ...query, cursor: pageParam })}`),
    placeholderData: (before) => before,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    refetchInterval: (state) => (typeof refetchMs === 'function' ? refetchMs(state.state.data?.pages.flatMap((page) => page.items) ?? []) : (refetchMs ?? false)),
  });
  if (pages.isPending) return <Loader size="sm" aria-label="Loading" role="status" />;
  if (pages.data === undefined) return <Problem error={pages.error} />;
  return (
    <>
      {children(pages.data.pages.flatMap((page) => page.items))}
      {pages.hasNextPage && <div><Button variant="default" loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>Show more</Button></div>}
    </>
  );
}

function asQuery(values: Record<string, string | undefined>): string {
  return new URLSearchParams(Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined)).toString();
}
