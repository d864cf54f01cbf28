/** A path that leads nowhere. */
import { Anchor, Text } from '@mantine/core';
import type { JSX } from 'react';
import { Entrance } from '../parts/entrance.js';

export function NotFound(): JSX.Element {
  return (
    <Entrance title="Nothing stands here">
      <Text size="sm">The address may be mistyped, or the thing it named was removed.</Text>
      <Anchor href="/">Go to the overview</Anchor>
    </Entrance>
  );
}
