/** An invited person chooses a name and a password. */
import { Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type JSX } from 'react';
import type { SignedIn } from '../../api/schemas.js';
import { api } from '../api-client.js';
import { Entrance } from '../parts/entrance.js';
import { Problem } from '../parts/problem.js';
import { tokenFromFragment } from '../session.js';

export function Invitation(): JSX.Element {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const queries = useQueryClient();
  const navigate = useNavigate();
  const accept = useMutation({
    mutationFn: () => api.post<SignedIn>('invitations/accept', { token: tokenFromFragment(), name, password }),
    onSuccess: async () => {
      queries.clear();
      await navigate({ to: '/', hash: '' });
    },
  });

  if (tokenFromFragment() === '') {
    return <Entrance title="This link lost its end"><Text size="sm">Open the invitation as it was given to you, or ask an administrator to invite you again.</Text></Entrance>;
  }
  return (
    <Entrance title="Accept the invitation">
      <form onSubmit={(event) => { event.preventDefault(); accept.mutate(); }}>
        <Stack>
          <TextInput label="Your name" autoComplete="name" required value={name} onChange={(event) => setName(event.currentTarget.value)} />
          <PasswordInput label="Password" description="At least 12 characters" autoComplete="new-password" required minLength={12} value={password} onChange={(event) => setPassword(event.currentTarget.value)} visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }} />
          <Problem error={accept.error} />
          <Button type="submit" loading={accept.isPending}>Accept and sign in</Button>
        </Stack>
      </form>
    </Entrance>
  );
}
