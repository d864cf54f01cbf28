/** Severity as colour, shape and word together, so that it reads in black and white and to a screen reader. */
import { Text } from '@mantine/core';
import type { JSX } from 'react';
import type { Severity } from '../../model/severity.js';
import { SEVERITY_WORDS } from './words.js';

const SHAPES: Record<Severity, { color: string; path: JSX.Element }> = {
  critical: { color: 'light-dark(#8f1239, #ff7a9c)', path: <path d="M5 1h6l4 4v6l-4 4H5l-4-4V5z" fill="currentColor" /> },
  high: { color: 'light-dark(#b3261e, #ff8a80)', path: <path d="M8 1.5 15 14.5H1z" fill="currentColor" /> },
  medium: { color: 'light-dark(#8a4b00, #ffb45c)', path: <path d="M8 1l7 7-7 7-7-7z" fill="currentColor" /> },
  low: { color: 'light-dark(#1a5a9c, #8cc1ff)', path: <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" strokeWidth="2" /> },
  info: { color: 'light-dark(#52606d, #b4bcc4)', path: <rect x="2.5" y="2.5" width="11" height="11" fill="none" stroke="currentColor" strokeWidth="2" /> },
};

export function SeverityMark({ severity }: { severity: Severity }): JSX.Element {
  const shape = SHAPES[severity];
  return (
    <span className="nowrap" style={{ color: shape.color, display: 'inline-flex', alignItems: 'center', gap: 6 }}>
      <svg width="13" height="13" viewBox="0 0 16 16" aria-hidden="true" focusable="false" style={{ flex: 'none' }}>{shape.path}</svg>
      <Text component="span" size="sm" fw={600} c="inherit">{SEVERITY_WORDS[severity]}</Text>
    </span>
  );
}
