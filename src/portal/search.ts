/** Filters that live in the address, so that a view can be sent to a colleague. Owns their reading; wrong values are dropped. */
import { OUTCOMES, SEVERITIES, type Outcome, type Severity } from '../model/severity.js';

export const PLATFORM_TABS = ['findings', 'drift', 'scans', 'baselines', 'schedule', 'log'] as const;
export type PlatformTab = (typeof PLATFORM_TABS)[number];

export interface FindingsSearch {
  severity?: Severity;
  outcome?: Outcome;
  platformId?: string;
}

export interface PlatformSearch extends FindingsSearch {
  tab?: PlatformTab;
  gone?: boolean;
  /** from a mail: opens the form for a new key */
  key?: 'replace';
}

export interface SignInSearch {
  /** where the person wanted to go; a path of this portal */
  back?: string;
}

function oneOf<T extends string>(known: readonly T[], value: unknown): T | undefined {
  return known.find((item) => item === value);
}

export function findingsSearch(search: Record<string, unknown>): FindingsSearch {
  const severity = oneOf(SEVERITIES, search['severity']);
  const outcome = oneOf(OUTCOMES, search['outcome']);
  const platformId = typeof search['platformId'] === 'string' ? search['platformId'] : undefined;
  return { ...(severity && { severity }), ...(outcome && { outcome }), ...(platformId && { platformId }) };
}

export function platformSearch(search: Record<string, unknown>): PlatformSearch {
  const tab = oneOf(PLATFORM_TABS, search['tab']);
  return { ...findingsSearch(search), ...(tab && { tab }), ...(search['gone'] === true && { gone: true }), ...(search['key'] === 'replace' && { key: 'replace' }) };
}

/** Another site must not be able to send a person on to itself: one slash, and no backslash that a browser reads as one. */
export function signInSearch(search: Record<string, unknown>): SignInSearch {
  const back = search['back'];
  return typeof back === 'string' && /^\/(?![/\\])[^\\]*$/.test(back) ? { back } : {};
}
