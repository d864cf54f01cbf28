/** A platform that refuses its key: since when, what that means, and what to do. */
import { Alert, Text } from '@mantine/core';
import type { JSX } from 'react';
import { useCan } from '../session.js';
import { When } from './when.js';

export function KeyRefused({ since }: { since: string | null }): JSX.Element | null {
  const can = useCan();
  if (since === null) return null;
  return (
    <Alert color="red" role="status" title="The key is refused">
      <Text size="sm">Refused since <When at={since} />. Nothing new is read, and what is known stays as it is: no finding is closed, and no change is seen. {can('platforms.manage') ? 'Make a new key on the platform with the same rights, then replace the key here.' : 'An administrator can replace the key.'}</Text>
    </Alert>
  );
}
