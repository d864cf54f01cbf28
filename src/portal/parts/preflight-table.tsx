/** Required against granted rights, before the first scan: what the key may read, what it lacks, and what is then not known. */
import { Alert, Stack, Table, Text } from '@mantine/core';
import type { JSX } from 'react';
import type { PreflightEntry } from '../../api/schemas.js';
import { lostInWords } from '../../model/kind-words.js';
import { Sheet } from './sheet.js';
import { count, PREFLIGHT_WORDS } from './words.js';

const COLUMNS = [{ head: 'Part' }, { head: 'Right', width: '30%' }, { head: 'The key', width: 130 }];

export function isLacking(entry: PreflightEntry): boolean {
  return entry.state === 'forbidden' || entry.state === 'failed';
}

export function PreflightTable({ entries }: { entries: readonly PreflightEntry[] }): JSX.Element {
  const lacking = entries.filter(isLacking);
  const blocking = lacking.some((entry) => entry.required);
  return (
    <Stack gap="xs">
      {lacking.length === 0
        ? <Text size="sm" role="status">The key may read all that this connector asks for.</Text>
        : <Alert color={blocking ? 'red' : 'yellow'} role="alert" title={`The key lacks ${count(lacking.length, 'right')}`}>
            <Text size="sm">{blocking ? 'Without the required ones a scan stays incomplete and cannot become a baseline.' : 'A scan works without them; what they show is then not known, and nothing is concluded about it.'}</Text>
          </Alert>}
      <Sheet label="Rights" minWidth={420} columns={COLUMNS}>
        {entries.map((entry) => (
          <Table.Tr key={entry.type}>
            <Table.Td>{entry.title}{entry.required && <Text component="span" size="xs" c="dimmed"> (required)</Text>}{isLacking(entry) && <Text component="span" size="xs" c="dimmed" display="block">{lostInWords(entry.kinds)}</Text>}</Table.Td>
            <Table.Td className="anywhere">{entry.right === 'none' ? 'none needed' : <code>{entry.right}</code>}</Table.Td>
            <Table.Td><span className={entry.state === 'granted' ? undefined : 'hatched'}>{PREFLIGHT_WORDS[entry.state]}</span>{entry.reason && <Text component="span" size="xs" c="dimmed" display="block" className="anywhere">{entry.reason}</Text>}</Table.Td>
          </Table.Tr>
        ))}
      </Sheet>
    </Stack>
  );
}
