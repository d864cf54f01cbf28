/** The first administrator's account, from the one-time link that `npm start` prints. */
import { Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type JSX } from 'react';
import type { SignedIn } from '../../api/schemas.js';
import { api } from '../api-client.js';
import { Entrance } from '../parts/entrance.js';
import { Problem } from '../parts/problem.js';
import { tokenFromFragment } from '../session.js';

export function Setup(): JSX.Element {
  const [account, setAccount] = useState({ name: '', email: '', password: '' });
  const queries = useQueryClient();
  const navigate = useNavigate();
  const create = useMutation({
    mutationFn: () => api.post<SignedIn>('setup', { token: tokenFromFragment(), ...account }),
    onSuccess: async () => {
      queries.clear();
      await navigate({ to: '/', hash: '' });
    },
  });
  const set = (field: keyof typeof account) => (event: { currentTarget: { value: string } }) => setAccount({ ...account, [field]: event.currentTarget.value });

  if (tokenFromFragment() === '') {
    return <Entrance title="This link lost its end"><Text size="sm">Open the first-administrator link as the terminal printed it, or print a new one with <code>bin/plumbline first-admin</code>.</Text></Entrance>;
  }
  return (
    <Entrance title="Create the first account">
      <Text size="sm" c="dimmed">You become administrator and compliance officer of this Plumbline. The link works once.</Text>
      <form onSubmit={(event) => { event.preventDefault(); create.mutate(); }}>
        <Stack>
          <TextInput label="Your name" autoComplete="name" required value={account.name} onChange={set('name')} />
          <TextInput label="E-mail" type="email" autoComplete="username" required value={account.email} onChange={set('email')} />
          <PasswordInput label="Password" description="At least 12 characters" autoComplete="new-password" required minLength={12} value={account.password} onChange={set('password')} visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }} />
          <Problem error={create.error} />
          <Button type="submit" loading={create.isPending}>Create the account</Button>
        </Stack>
      </form>
    </Entrance>
  );
}
