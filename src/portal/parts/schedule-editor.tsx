/** When a platform is scanned: interval, cron or calendar, with time zone and jitter; the next runs as they will really happen. */
import { Button, Checkbox, Group, NumberInput, Paper, SegmentedControl, Select, Stack, Text, TextInput, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient, type UseMutationResult } from '@tanstack/react-query';
import { useState, type JSX } from 'react';
import type { Platform, Schedule } from '../../api/schemas.js';
import type { ScheduleSpec } from '../../model/schedule.js';
import { api } from '../api-client.js';
import { useCan } from '../session.js';
import { EmptyState } from './empty-state.js';
import { Loaded } from './loaded.js';
import { Problem } from './problem.js';
import { specInWords } from './schedule-words.js';
import { When } from './when.js';
import { count } from './words.js';

const OWN_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;
const ZONES = [...new Set(['UTC', OWN_ZONE, ...Intl.supportedValuesOf('timeZone')])];
const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const DEFAULTS: Record<ScheduleSpec['kind'], ScheduleSpec> = {
  interval: { kind: 'interval', everyMinutes: 60, jitterSeconds: 60 },
  cron: { kind: 'cron', cron: '0 6 * * *', timeZone: OWN_ZONE, jitterSeconds: 60 },
  calendar: { kind: 'calendar', weekdays: [1, 2, 3, 4, 5], daysOfMonth: [], hour: 6, minute: 0, timeZone: OWN_ZONE, jitterSeconds: 60 },
};

export function ScheduleEditor({ platform }: { platform: Platform }): JSX.Element {
  const schedule = useQuery({ queryKey: ['schedule', platform.id], queryFn: () => api.get<Schedule>(`platforms/${platform.id}/schedule`), refetchInterval: 10_000 });
  return <Loaded query={schedule}>{(current) => <Editor key={JSON.stringify(current.spec)} platform={platform} current={current} />}</Loaded>;
}

function useScheduleCall(platform: Platform, call: () => Promise<unknown>, done: string): UseMutationResult<unknown, Error, void> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: call,
    onSuccess: async () => {
      notifications.show({ message: done });
      await queries.invalidateQueries({ queryKey: ['schedule', platform.id] });
      await queries.invalidateQueries({ queryKey: ['platforms'] });
    },
  });
}

function Editor({ platform, current }: { platform: Platform; current: Schedule }): JSX.Element {
  const can = useCan();
  const [spec, setSpec] = useState<ScheduleSpec>(current.spec ?? DEFAULTS.calendar);
  const path = `platforms/${platform.id}/schedule`;
  const save = useScheduleCall(platform, () => api.put(path, { spec }), 'The schedule is saved.');
  const pause = useScheduleCall(platform, () => api.post(`${path}/${current.paused ? 'resume' : 'pause'}`), current.paused ? 'The schedule runs again.' : 'The schedule is paused.');
  const trigger = useScheduleCall(platform, () => api.post(`${path}/trigger`), 'A scan was started.');
  const remove = useScheduleCall(platform, () => api.delete(path), 'The schedule is removed.');
  const editable = can('schedules.manage');
  return (
    <Stack>
      <Runs current={current} />
      {editable && (
        <Paper withBorder p="lg"><form onSubmit={(event) => { event.preventDefault(); save.mutate(); }}>
          <Stack maw={560} gap="sm">
            <SegmentedControl aria-label="Kind of schedule" value={spec.kind} onChange={(kind) => setSpec(DEFAULTS[kind as ScheduleSpec['kind']])} data={[{ value: 'calendar', label: 'Calendar' }, { value: 'interval', label: 'Interval' }, { value: 'cron', label: 'Cron' }]} />
            <Fields spec={spec} onChange={setSpec} />
            <NumberInput label="Jitter (seconds)" description="Spreads the start, so that many platforms are not read in the same second" min={0} max={3600} value={spec.jitterSeconds} onChange={(value) => setSpec({ ...spec, jitterSeconds: Number(value) })} />
            <Problem error={save.error ?? pause.error ?? trigger.error ?? remove.error} />
            <Group gap="xs">
              <Button type="submit" loading={save.isPending}>Save the schedule</Button>
              {current.spec && <Button variant="default" loading={pause.isPending} onClick={() => pause.mutate()}>{current.paused ? 'Resume' : 'Pause'}</Button>}
              {current.spec && <Button variant="default" loading={trigger.isPending} onClick={() => trigger.mutate()}>Run now</Button>}
              {current.spec && <Button variant="default" loading={remove.isPending} onClick={() => remove.mutate()}>Remove the schedule</Button>}
            </Group>
          </Stack>
        </form></Paper>
      )}
    </Stack>
  );
}

function Fields({ spec, onChange }: { spec: ScheduleSpec; onChange: (spec: ScheduleSpec) => void }): JSX.Element {
  if (spec.kind === 'interval') return <NumberInput label="Every (minutes)" required min={1} value={spec.everyMinutes} onChange={(value) => onChange({ ...spec, everyMinutes: Number(value) })} />;
  const zone = <Select label="Time zone" required searchable allowDeselect={false} data={ZONES} value={spec.timeZone} onChange={(value) => onChange({ ...spec, timeZone: value ?? 'UTC' })} />;
  if (spec.kind === 'cron') return <><TextInput label="Cron" description="minute hour day month weekday" required value={spec.cron} onChange={(event) => onChange({ ...spec, cron: event.currentTarget.value })} />{zone}</>;
  return (
    <>
      <Checkbox.Group label="Days" description="None chosen means every day" value={spec.weekdays.map(String)} onChange={(days) => onChange({ ...spec, weekdays: days.map(Number).toSorted() })}>
        <Group gap="sm" mt={4}>{WEEKDAYS.map((day, index) => <Checkbox key={day} value={String(index + 1)} label={day} />)}</Group>
      </Checkbox.Group>
      <TextInput label="At" type="time" required value={`${String(spec.hour).padStart(2, '0')}:${String(spec.minute).padStart(2, '0')}`} onChange={(event) => { const [hour = 0, minute = 0] = event.currentTarget.value.split(':').map(Number); onChange({ ...spec, hour, minute }); }} />
      {zone}
    </>
  );
}

function Runs({ current }: { current: Schedule }): JSX.Element {
  if (current.spec === null) return <EmptyState title="No schedule yet">Choose when this platform is scanned. Until then it is scanned only by hand.</EmptyState>;
  return (
    <section aria-labelledby="runs">
      <Title order={2} size="h4" id="runs">{current.paused ? 'Paused' : 'Next runs'}</Title>
      <Text size="sm" c="dimmed">{specInWords(current.spec)}{current.paused && '. No scan starts by itself until the schedule is resumed.'}</Text>
      {!current.paused && <ul style={{ margin: '0.3rem 0 0', paddingLeft: '1.2rem' }}>{current.nextRuns.slice(0, 5).map((at) => <li key={at}><Text size="sm" component="span"><When at={at} /></Text></li>)}</ul>}
      {(current.missed > 0 || current.skipped > 0) && <Text size="sm" className="hatched" mt="xs">{count(current.missed, 'run')} missed while Plumbline was not running; {count(current.skipped, 'run')} skipped because a scan was still running.</Text>}
    </section>
  );
}
