/** Title, way back and actions of a page; sets the document's title. */
import { Anchor, Breadcrumbs, Group, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useEffect, type JSX, type ReactNode } from 'react';

export interface PageProps {
  title: string;
  /** shown under the title, one line */
  about?: ReactNode;
  trail?: { to: string; label: string }[];
  actions?: ReactNode;
  children: ReactNode;
}

export function Page({ title, about, trail = [], actions, children }: PageProps): JSX.Element {
  useEffect(() => {
    document.title = `${title} · Plumbline`;
  }, [title]);
  return (
    <Stack gap="md" maw={1280}>
      {trail.length > 0 && (
        <Breadcrumbs>{trail.map((step) => <Anchor key={step.to} component={Link} to={step.to} size="sm">{step.label}</Anchor>)}</Breadcrumbs>
      )}
      <Group justify="space-between" align="flex-start">
        <div>
          <Title order={1} size="h2">{title}</Title>
          {about !== undefined && <Text size="sm" c="dimmed" component="div">{about}</Text>}
        </div>
        <Group gap="xs">{actions}</Group>
      </Group>
      {children}
    </Stack>
  );
}
