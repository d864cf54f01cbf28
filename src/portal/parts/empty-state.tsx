/** What a list says when it is empty: what will stand here and the one next step. */
import { Paper, Stack, Text, Title } from '@mantine/core';
import type { JSX, ReactNode } from 'react';

export function EmptyState({ title, children, action }: { title: string; children: ReactNode; action?: ReactNode }): JSX.Element {
  return (
    <Paper withBorder px="xl" py={36}>
      <Stack align="flex-start" gap="xs" maw={620}>
        <Title order={2} size="h4">{title}</Title>
        <Text size="sm" c="dimmed" mb={action ? 'xs' : 0}>{children}</Text>
        {action}
      </Stack>
    </Paper>
  );
}
