/** Signing in with an account of this Plumbline. */
import { Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { useState, type JSX } from 'react';
import type { SetupState, SignedIn } from '../../api/schemas.js';
import { api } from '../api-client.js';
import { Entrance } from '../parts/entrance.js';
import { Problem } from '../parts/problem.js';

export function SignIn(): JSX.Element {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const queries = useQueryClient();
  const router = useRouter();
  const { back } = useSearch({ from: '/sign-in' });
  const setup = useQuery({ queryKey: ['setup'], queryFn: () => api.get<SetupState>('setup') });
  const signIn = useMutation({
    mutationFn: () => api.post<SignedIn>('sign-in', { email, password }),
    onSuccess: async () => {
      queries.clear();
      router.history.push(back ?? '/');
    },
  });

  return (
    <Entrance title="Sign in">
      {setup.data?.needed && <Text size="sm">Nobody has an account yet. Open the first-administrator link that the terminal printed, or print a new one with <code>bin/plumbline first-admin</code>.</Text>}
      <form onSubmit={(event) => { event.preventDefault(); signIn.mutate(); }}>
        <Stack>
          <TextInput label="E-mail" type="email" autoComplete="username" required value={email} onChange={(event) => setEmail(event.currentTarget.value)} />
          <PasswordInput label="Password" autoComplete="current-password" required value={password} onChange={(event) => setPassword(event.currentTarget.value)} visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }} />
          <Problem error={signIn.error} />
          <Button type="submit" loading={signIn.isPending}>Sign in</Button>
        </Stack>
      </form>
    </Entrance>
  );
}
