/** The frame of every page behind the sign-in: navigation, who is signed in, colour scheme. */
import { ActionIcon, AppShell, Burger, Group, Loader, Menu, NavLink, Text, UnstyledButton, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link, Outlet, useLocation, useRouter } from '@tanstack/react-router';
import { useEffect, type JSX } from 'react';
import type { Permission, Role } from '../model/identity.js';
import { Problem } from './parts/problem.js';
import { joinRoles } from './parts/words.js';
import { useMe, useSignOut } from './session.js';

const PLACES = [
  { to: '/', label: 'Overview', permission: null },
  { to: '/findings', label: 'Findings', permission: null },
  { to: '/vendors', label: 'Vendors', permission: null },
  { to: '/reports', label: 'Reports', permission: null },
  { to: '/audit', label: 'Audit trail', permission: null },
  { to: '/people', label: 'People', permission: 'people.read' },
  { to: '/mailbox', label: 'Mailbox', permission: 'mailbox.read' },
] as const satisfies readonly { to: string; label: string; permission: Permission | null }[];

export function Shell(): JSX.Element {
  const me = useMe();
  const [opened, { toggle, close }] = useDisclosure();
  if (me.isPending) return <Group justify="center" p="xl"><Loader aria-label="Loading" /></Group>;
  if (me.data === undefined) return <Problem error={me.error} />;
  if (me.data.person === null) return <ToSignIn />;
  const permissions = me.data.permissions;

  return (
    <AppShell header={{ height: 52 }} navbar={{ width: 200, breakpoint: 'sm', collapsed: { mobile: !opened } }} padding="md">
      <a className="skip-link" href="#content">Skip to the content</a>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="xs" wrap="nowrap">
            <Burger opened={opened} onClick={toggle} hiddenFrom="sm" size="sm" aria-label="Open the navigation" />
            <img src="/plumbline.svg" width={24} height={24} alt="" />
            <Text fw={700}>Plumbline</Text>
          </Group>
          <Group gap="sm" wrap="nowrap">
            <SchemeToggle />
            <AccountMenu name={me.data.person.name} roles={me.data.person.roles} />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label="Main">
        <Places permissions={permissions} onNavigate={close} />
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1} className="ground">
        <Outlet />
      </AppShell.Main>
    </AppShell>
  );
}

/** Once, and with the address as it was then: while the other page loads, this one still stands and its address changes. */
function ToSignIn(): JSX.Element {
  const router = useRouter();
  useEffect(() => {
    const { href } = router.state.location;
    void router.navigate({ to: '/sign-in', search: href === '/' ? {} : { back: href }, replace: true });
  }, [router]);
  return <Group justify="center" p="xl"><Loader aria-label="Loading" /></Group>;
}

function Places({ permissions, onNavigate }: { permissions: Permission[]; onNavigate: () => void }): JSX.Element {
  const path = useLocation({ select: (location) => location.pathname });
  const visible = PLACES.filter((place) => place.permission === null || permissions.includes(place.permission));
  return (
    <>
      {visible.map((place) => {
        const active = place.to === '/' ? path === '/' || path.startsWith('/platforms') || path.startsWith('/scans') : path.startsWith(place.to) || (place.to === '/vendors' && path.startsWith('/assessments'));
        return <NavLink key={place.to} component={Link} to={place.to} label={place.label} active={active} aria-current={active ? 'page' : undefined} onClick={onNavigate} />;
      })}
    </>
  );
}

function SchemeToggle(): JSX.Element {
  const { setColorScheme } = useMantineColorScheme();
  const dark = useComputedColorScheme('light') === 'dark';
  return (
    <ActionIcon variant="default" size="lg" aria-label={dark ? 'Use light colours' : 'Use dark colours'} onClick={() => setColorScheme(dark ? 'light' : 'dark')}>
      <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true"><circle cx="8" cy="8" r="6.5" fill="none" stroke="currentColor" strokeWidth="1.5" /><path d="M8 1.5a6.5 6.5 0 0 1 0 13z" fill="currentColor" /></svg>
    </ActionIcon>
  );
}

function AccountMenu({ name, roles }: { name: string; roles: Role[] }): JSX.Element {
  const signOut = useSignOut();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <UnstyledButton aria-label={`Account of ${name}`}>
          <Text size="sm" fw={600}>{name}</Text>
          <Text size="xs" c="dimmed">{joinRoles(roles)}</Text>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => void signOut()}>Sign out</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
