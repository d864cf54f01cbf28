/** The edits of a drift item side by side: equal lines folded, secrets as a mark with "changed" or "unchanged". */
import { Code, Stack, Text } from '@mantine/core';
import type { JSX } from 'react';
import type { Drift } from '../../api/schemas.js';
import type { JsonValue } from '../../model/resource.js';

type Edit = Drift['edits'][number];

export function BeforeAfter({ item }: { item: Drift }): JSX.Element {
  const whole: Edit[] = item.before === null && item.after === null ? [] : [{ path: item.path, before: item.before, after: item.after }];
  const edits = item.edits.length > 0 ? item.edits : whole;
  return (
    <Stack gap="sm" mt={4}>
      {edits.map((edit) => <OneEdit key={edit.path} edit={edit} />)}
      {item.resource.key !== '' && <Text size="xs" c="dimmed" className="anywhere">{item.change === 'removed' ? 'Id it had on the platform: ' : 'Id on the platform: '}<Code>{item.resource.key}</Code></Text>}
    </Stack>
  );
}

function OneEdit({ edit }: { edit: Edit }): JSX.Element {
  const [before, after] = foldEqual(inWords(edit.before), inWords(edit.after));
  return (
    <div>
      {edit.path && <Text size="xs" c="dimmed" mb={4}><Code className="anywhere">{edit.path}</Code>{secretMark(edit)}</Text>}
      <div className="before-after">
        <Value label="Before" kind="before" text={before} />
        <Value label="After" kind="after" text={after} />
      </div>
    </div>
  );
}

function secretMark({ before, after }: Edit): string {
  if (!isSecret(before) || !isSecret(after)) return '';
  return before.fingerprint === after.fingerprint ? ' secret unchanged' : ' secret changed';
}

function Value({ label, kind, text }: { label: string; kind: 'before' | 'after'; text: string }): JSX.Element {
  return (
    <div>
      <Text size="xs" fw={600} mb={2}>{label}</Text>
      <pre className={kind}>{text}</pre>
    </div>
  );
}

function isSecret(value: JsonValue): value is { redacted: true; fingerprint: string } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && value['redacted'] === true;
}

/** A secret is shown as a mark, never as its fingerprint. */
function inWords(value: JsonValue): string {
  if (value === null) return '(not there)';
  if (typeof value === 'string') return value === '' ? '(empty)' : value;
  if (isSecret(value)) return '(secret, not shown)';
  if (Array.isArray(value) && value.every((part) => typeof part === 'string')) return value.length === 0 ? '(none)' : value.join('\n');
  return JSON.stringify(value, (_name, part: JsonValue) => (isSecret(part) ? '(secret, not shown)' : part), 2);
}

const KEPT = 3;

/** Lines that both begin and end with are folded to one, but for a few beside the change. */
function foldEqual(before: string, after: string): [string, string] {
  const [old, now] = [before.split('\n'), after.split('\n')];
  const shortest = Math.min(old.length, now.length);
  let head = 0;
  while (head < shortest && old[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < shortest - head && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail += 1;
  const fold = (lines: string[]): string => {
    const [from, to] = [Math.max(0, head - KEPT), lines.length - Math.max(0, tail - KEPT)];
    return [...(from > 1 ? [`… ${from} equal lines`] : lines.slice(0, from)), ...lines.slice(from, to), ...(lines.length - to > 1 ? [`… ${lines.length - to} equal lines`] : lines.slice(to))].join('\n');
  };
  return [fold(old), fold(now)];
}
