/** The reason of a decision, as one line of text: it goes into the audit trail and into reports. */
import { Textarea } from '@mantine/core';
import type { JSX } from 'react';

export function Reason({ value, onChange }: { value: string; onChange: (value: string) => void }): JSX.Element {
  return <Textarea data-autofocus label="Reason" description="Goes on record with your name" required autosize minRows={2} maxLength={1000} value={value} onChange={(event) => onChange(event.currentTarget.value.replaceAll(/\s*\n\s*/g, ' '))} />;
}
