/** Starts a scan and says that it runs until it has ended, however short it is. */
import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, type JSX } from 'react';
import type { Platform, ScanStarted } from '../../api/schemas.js';
import { api } from '../api-client.js';

const LOOK_AGAIN_MS = 700;
/** After this the page no longer expects the scan to show up at once; it is shown whenever it does. */
const PATIENCE_MS = 30_000;

export function ScanNow({ platform }: { platform: Platform }): JSX.Element {
  const queries = useQueryClient();
  /** the newest scan when the button was pressed: a newer one is the one that was asked for */
  const [before, setBefore] = useState<string | null>(null);
  const newest = platform.lastScan?.id ?? 'none';
  const awaited = before === newest;
  const scan = useMutation({
    mutationFn: () => api.post<ScanStarted>(`platforms/${platform.id}/scans`),
    onSuccess: (started) => {
      if (started.joined) notifications.show({ message: 'A scan was already running; this joined it.' });
      else setBefore(newest);
      return queries.invalidateQueries({ queryKey: ['platforms'] });
    },
    onError: (error) => notifications.show({ color: 'red', title: 'The scan did not start', message: error.message }),
  });
  useEffect(() => {
    if (!awaited) return;
    const look = setInterval(() => void queries.invalidateQueries({ queryKey: ['platforms', platform.id] }), LOOK_AGAIN_MS);
    const stop = setTimeout(() => setBefore(null), PATIENCE_MS);
    return () => {
      clearInterval(look);
      clearTimeout(stop);
    };
  }, [awaited, platform.id, queries]);

  const running = awaited || platform.lastScan?.status === 'running';
  return <Button loading={scan.isPending} disabled={running} onClick={() => scan.mutate()}>{running ? 'Scanning …' : 'Scan now'}</Button>;
}
