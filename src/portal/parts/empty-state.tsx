/** What a list says when it is empty: what will stand here and the one next step. */
import { Paper, Stack, Text } from '@mantine/core';
import type { JSX, ReactNode } from 'react';

export function EmptyState({ title, children, action }: { title: string; children: ReactNode; action?: ReactNode }): JSX.Element {
  return (
    <Paper withBorder p="xl">
      <Stack align="flex-start" gap="sm">
        <Text fw={600}>{title}</Text>
        <Text size="sm" c="dimmed">{children}</Text>
        {action}
      </Stack>
    </Paper>
  );
}
