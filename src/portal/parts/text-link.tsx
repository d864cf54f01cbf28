/** A link within a sentence: underlined, so that it is not told by its colour alone. */
import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { JSX, ReactNode } from 'react';

export function TextLink({ to, children }: { to: string; children: ReactNode }): JSX.Element {
  return <Anchor component={Link} to={to} inherit underline="always">{children}</Anchor>;
}
