/** Who is signed in, for every page. Owns the query; the server decides what is allowed. */
import { useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import type { Me } from '../api/schemas.js';
import type { Permission } from '../model/identity.js';
import { api } from './api-client.js';

export const NOBODY: Me = { person: null, permissions: [] };

export function useMe(): UseQueryResult<Me> {
  return useQuery({ queryKey: ['me'], queryFn: () => api.get<Me>('me'), staleTime: 30_000 });
}

/** True when a button would be accepted; a hidden button is a courtesy, never the guard. */
export function useCan(): (permission: Permission) => boolean {
  const me = useMe();
  return (permission) => me.data?.permissions.includes(permission) ?? false;
}

export function useSignOut(): () => Promise<void> {
  const queries = useQueryClient();
  return async () => {
    await api.post('sign-out');
    queries.clear();
    location.assign('/sign-in');
  };
}

/** The token of a mailed or printed link stands in the fragment: it never reaches a server log or a Referer. */
export function tokenFromFragment(): string {
  return location.hash.slice(1);
}
