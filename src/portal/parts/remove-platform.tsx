/** Removing a platform, with what it means said before. */
import { Button, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { JSX } from 'react';
import type { Platform } from '../../api/schemas.js';
import { api } from '../api-client.js';

export function RemovePlatform({ platform }: { platform: Platform }): JSX.Element {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => api.delete(`platforms/${platform.id}`),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['platforms'] });
      await navigate({ to: '/' });
    },
    onError: (error) => notifications.show({ color: 'red', title: 'Not removed', message: error.message }),
  });
  const ask = (): string => modals.openConfirmModal({
    title: `Remove ${platform.name}?`,
    children: <Text size="sm">{platform.isDemo ? 'The demo Node-RED is stopped and deleted. ' : ''}Its schedule ends. Its scans, findings and reports stay on record.</Text>,
    labels: { confirm: `Remove ${platform.name}`, cancel: 'Keep it' },
    confirmProps: { color: 'red' },
    onConfirm: () => remove.mutate(),
  });
  return <Button size="xs" variant="default" color="red" loading={remove.isPending} onClick={ask}>{platform.isDemo ? 'Remove the demo' : 'Remove'}</Button>;
}
