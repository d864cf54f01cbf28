/** Looks over one connector: what cannot be loaded, and what works and misleads. Owns the order of remarks; the rules are beside it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PlumblineError } from '../../model/errors.js';
import { loadConnector } from '../manifest/load-connectors.js';
import { Manifest } from '../manifest/schema.js';
import { StepsFile } from '../manifest/steps-schema.js';
import { readYaml } from '../manifest/yaml-file.js';
import { mappingRemarks } from './mapping-rules.js';
import { packRemarks } from './pack-rules.js';
import type { LintedManifest, Remark } from './remark.js';
import { requestRemarks } from './request-rules.js';
import { unknownNameRemarks } from './unknown-names.js';

function errorRemark(error: PlumblineError): Remark {
  const { file, line } = error.details;
  const named = typeof file === 'string' ? file : '';
  const problem = error.message.replace(`${named} line ${String(line)}`, '').replace(/^ at |^[: ]+/, '').replace(/\.$/, '');
  return { level: 'error', file: named, line: typeof line === 'number' ? line : 1, problem, fix: error.next.replace(/\.$/, '') };
}

async function linted(folder: string): Promise<LintedManifest> {
  const { value: manifest, source } = await readYaml(join(folder, 'manifest.yaml'), Manifest, new Map());
  const text = await readFile(join(folder, 'manifest.yaml'), 'utf8');
  if (manifest.steps === undefined) return { manifest, source, text, steps: null };
  const steps = await readYaml(join(folder, manifest.steps), StepsFile, new Map());
  return { manifest, source, text, steps: { file: steps.value, source: steps.source } };
}

/** `shared`: where the files stand that all connectors use. Errors first, then warnings by file and line. A manifest that cannot be loaded gives its first error alone. */
export async function lintConnector(folder: string, shared?: string): Promise<Remark[]> {
  try {
    await loadConnector(folder, new Map(), shared);
    const content = await linted(folder);
    const remarks = [...requestRemarks(content), ...unknownNameRemarks(content), ...mappingRemarks(content), ...(await packRemarks(folder, content))];
    return remarks.sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
  } catch (error) {
    if (error instanceof PlumblineError) return [errorRemark(error)];
    throw error;
  }
}
