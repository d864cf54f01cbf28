/** Severity as colour, shape and word together, so that it reads in black and white and to a screen reader. */
import { Group, Text } from '@mantine/core';
import type { JSX } from 'react';
import type { Severity } from '../../model/severity.js';

const SHAPES: Record<Severity, { word: string; color: string; path: JSX.Element }> = {
  critical: { word: 'Critical', color: 'light-dark(#8f1239, #ff7a9c)', path: <path d="M5 1h6l4 4v6l-4 4H5l-4-4V5z" fill="currentColor" /> },
  high: { word: 'High', color: 'light-dark(#b3261e, #ff8a80)', path: <path d="M8 1.5 15 14.5H1z" fill="currentColor" /> },
  medium: { word: 'Medium', color: 'light-dark(#8a4b00, #ffb45c)', path: <path d="M8 1l7 7-7 7-7-7z" fill="currentColor" /> },
  low: { word: 'Low', color: 'light-dark(#1a5a9c, #8cc1ff)', path: <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" strokeWidth="2" /> },
  info: { word: 'Info', color: 'light-dark(#52606d, #b4bcc4)', path: <rect x="2.5" y="2.5" width="11" height="11" fill="none" stroke="currentColor" strokeWidth="2" /> },
};

export function SeverityMark({ severity, count }: { severity: Severity; count?: number }): JSX.Element {
  const shape = SHAPES[severity];
  return (
    <Group gap={6} wrap="nowrap" style={{ color: shape.color, display: 'inline-flex' }}>
      <svg width="14" height="14" viewBox="0 0 16 16" aria-hidden="true" focusable="false">{shape.path}</svg>
      <Text component="span" size="sm" fw={600} c="inherit">{count === undefined ? shape.word : `${count} ${shape.word.toLowerCase()}`}</Text>
    </Group>
  );
}
