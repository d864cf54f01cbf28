/** The frame of the pages outside: sign-in, first set-up, invitation. */
import { Center, Container, Paper, Stack, Text, Title } from '@mantine/core';
import { useEffect, type JSX, type ReactNode } from 'react';

export function Entrance({ title, children }: { title: string; children: ReactNode }): JSX.Element {
  useEffect(() => {
    document.title = `${title} · Plumbline`;
  }, [title]);
  return (
    <Center mih="100vh" p="md" component="main" className="ground">
      <Container size={420} w="100%">
        <Stack gap="lg">
          <Stack gap={4} align="center">
            <img src="/plumbline.svg" width={44} height={44} alt="" />
            <Text fw={700} size="lg">Plumbline</Text>
          </Stack>
          <Paper withBorder p="xl">
            <Stack gap="md">
              <Title order={1} size="h3">{title}</Title>
              {children}
            </Stack>
          </Paper>
        </Stack>
      </Container>
    </Center>
  );
}
