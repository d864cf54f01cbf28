/** Resource kinds in words for people, as they stand in a sentence. Owns these words; portal and terminal share them. */
import type { ResourceKind } from './resource.js';

const PLURALS: Record<ResourceKind, string> = {
  'platform-settings': 'settings', workflow: 'workflows', step: 'steps', connector: 'connectors', 'credential-ref': 'stored credentials', role: 'roles', grant: 'who may do what', user: 'people', group: 'groups',
  environment: 'environments', 'data-store': 'tables and stores', 'entry-point': 'public entry points', package: 'installed packages', 'ai-step': 'AI steps', 'audit-event': 'the platform\u2019s own log', 'run-stats': 'when things last ran',
};

/** What is not known without a right: `Without it unknown: people, roles.` */
export function lostInWords(kinds: readonly ResourceKind[]): string {
  return kinds.length === 0 ? 'Nothing else rests on it.' : `Without it unknown: ${kinds.map((kind) => PLURALS[kind]).join(', ')}.`;
}
