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
    <Stack gap="md" maw={1240} mx="auto">
      <Stack gap={6}>
        {trail.length > 0 && (
          <nav aria-label="Where you are"><Breadcrumbs separatorMargin={6}>{[...trail.map((step) => <Anchor key={step.to} component={Link} to={step.to} size="sm">{step.label}</Anchor>), <Text key="here" size="sm" c="dimmed" aria-current="page" truncate maw={360} lh={1.6}>{title}</Text>]}</Breadcrumbs></nav>
        )}
        <Group justify="space-between" align="flex-start" gap="sm">
          <div style={{ minWidth: 0, flex: '1 1 320px' }}>
            <Title order={1} size="h2" className="anywhere">{title}</Title>
            {about !== undefined && <Text size="sm" c="dimmed" component="div" className="anywhere" mt={2}>{about}</Text>}
          </div>
          <Group gap="xs" align="center">{actions}</Group>
        </Group>
      </Stack>
      {children}
    </Stack>
  );
}
