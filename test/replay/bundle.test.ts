import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { afterEach, describe, expect, inject, it } from 'vitest';

let folder: string | null = null;
afterEach(async () => {
  if (folder) await rm(folder, { recursive: true });
  folder = null;
});

describe('the workflow bundle', () => {
  it('holds the three workflows and no module of node', () => {
    const code = readFileSync(inject('workflowBundlePath'), 'utf8');

    for (const name of ['scanPlatform', 'assessVendor', 'produceReport']) expect(code).toContain(name);
    expect(code).not.toMatch(/require\(['"]node:/);
  });

  it('could not be made with a module of node in it', async () => {
    folder = await mkdtemp(join(tmpdir(), 'plumbline-bundle-'));
    const workflowsPath = join(folder, 'bad.ts');
    await writeFile(workflowsPath, "import { readFileSync } from 'node:fs';\nexport async function bad() { return readFileSync('/x', 'utf8'); }\n");

    await expect(bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR', () => undefined) })).rejects.toThrow();
  });
});
