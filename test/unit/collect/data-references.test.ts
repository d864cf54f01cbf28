import { describe, expect, it } from 'vitest';
import { emitResources } from '../../../src/collect/emit/emit.js';
import { compileManifest } from '../../../src/collect/manifest/compile-manifest.js';
import { Manifest } from '../../../src/collect/manifest/schema.js';
import { compileSteps } from '../../../src/collect/manifest/step-rules.js';
import { StepsFile } from '../../../src/collect/manifest/steps-schema.js';

/** Whether a prompt behind an open webhook takes the caller's data. */
function takes(prompt: unknown, dataReferences: string[], expressionMarks?: { begins?: string[]; holds?: string[] }): unknown {
  const manifest = Manifest.parse({
    apiVersion: 'connector/v1', id: 'made-up', title: 'Made up', about: 'A platform for tests.', evidence: 'constructed', steps: 'steps.yaml',
    secretFields: [], auth: { kind: 'none' }, redact: {}, probe: { types: ['flows'] }, resources: { flows: { title: 'Flows', get: '/flows', right: 'none' } },
    graphs: [{ layout: 'tree', from: 'flows', roots: ['steps'], wires: { kind: 'sequence' }, workflow: { key: 'id', name: 'id', enabled: { value: true } }, step: { id: 'id', name: 'id', type: 'type', parameters: '' } }],
  });
  const steps = compileSteps(StepsFile.parse({ dataReferences, ...(expressionMarks ? { expressionMarks } : {}), types: { hook: { class: 'webhook' }, ai: { class: 'ai-model', provider: 'OpenAI', sinks: ['prompt'] } } }));
  const value = { id: 'f', steps: [{ id: 'a', type: 'hook' }, { id: 'b', type: 'ai', prompt }] } as never;
  const resources = emitResources(compileManifest(manifest, steps, 'folder'), new Map([['flows', [{ value, evidence: { request: 'GET main/flows', pageHash: 'h', path: 'items[0]' } }]]]), { source: 'api', file: null, fileKey: '', suffix: '' });
  return resources.find(({ name }) => name === 'b')!.properties['untrustedInput'];
}

describe('a text of dataReferences', () => {
  it.each([['Sum up <<trigger.body>>', '<<'], ['Sum up [[body]]', '[['], ['Sum up %body%', '%'], ['Sum up $json.body', '$json'], ['trigger.body', 'trigger'], ['Sum up {text}', '{']])('counts wherever it stands: %s', (prompt, reference) => {
    expect(takes(prompt, [reference])).toBe(true);
    expect(takes({ messages: [{ role: 'user', content: prompt }] }, [reference])).toBe(true);
    expect(takes('Write a greeting', [reference])).toBe(false);
  });

  it('is only a word in a text that the platform does not read as an expression', () => {
    const marks = { begins: ['@'], holds: ['@{'] };

    expect(takes('Count the item(s) of the list', ['item('], marks)).toBe(false);
    expect(takes('@item()', ['item('], marks)).toBe(true);
    expect(takes('Sum up @{item()}', ['item('], marks)).toBe(true);
  });
});
