/** A connector out of a few lines of manifest, for tests of sessions. Owns what every manifest needs besides. */
import { compileManifest } from '../../../src/collect/manifest/compile-manifest.js';
import type { Connector } from '../../../src/collect/manifest/connector.js';
import { Manifest } from '../../../src/collect/manifest/schema.js';
import type { StepRules } from '../../../src/collect/manifest/step-rules.js';

export function connectorOf(parts: Record<string, unknown>): Connector {
  const manifest = Manifest.parse({
    apiVersion: 'connector/v1', id: 'acme', title: 'Acme', about: 'A platform of tests.', evidence: 'constructed', redact: {}, auth: { kind: 'none' }, secretFields: [],
    probe: { types: ['things'] }, resources: { things: { title: 'Things', get: '/things', items: 'data', key: 'id', right: 'none', required: true } }, ...parts,
  });
  return compileManifest(manifest, {} as StepRules, '');
}
