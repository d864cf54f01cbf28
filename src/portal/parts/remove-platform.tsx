/** Removing a platform, with what it means said before. */
import { Button, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { JSX } from 'react';
import type { Platform } from '../../api/schemas.js';
import { api } from '../api-client.js';

export function RemovePlatform({ platform, size = 'sm' }: { platform: Platform; size?: 'xs' | 'sm' }): JSX.Element {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => api.delete(`platforms/${platform.id}`),
    onSuccess: async () => {
      notifications.show({ message: `${platform.name} is removed.` });
      await navigate({ to: '/' });
      await queries.invalidateQueries({ queryKey: ['platforms'], exact: true });
    },
    onError: (error) => notifications.show({ color: 'red', title: 'Not removed', message: error.message }),
  });
  const ask = (): string => modals.openConfirmModal({
    title: `Remove ${platform.name}?`,
    children: <Text size="sm">{platform.isDemo ? 'The demo Node-RED is stopped and does not come back. ' : 'Nothing is changed on the platform itself. '}Its schedule ends. Its scans, findings and reports stay on record.</Text>,
    labels: { confirm: `Remove ${platform.name}`, cancel: 'Keep it' },
    confirmProps: { color: 'red.9' },
    onConfirm: () => remove.mutate(),
  });
  return <Button size={size} variant="default" loading={remove.isPending} onClick={ask}>{platform.isDemo ? 'Remove the demo' : 'Remove'}</Button>;
}
