/** One remark of lint. Owns its shape and how a place in a manifest becomes a line. */
import type { Manifest } from '../manifest/schema.js';
import type { StepsFile } from '../manifest/steps-schema.js';
import type { YamlSource } from '../manifest/yaml-file.js';

/** `error`: it cannot be used so. `warning`: it works, and somebody will be misled by it. */
export interface Remark {
  readonly level: 'error' | 'warning';
  readonly file: string;
  readonly line: number;
  /** what is wrong, and what to do about it */
  readonly problem: string;
  readonly fix: string;
}

export interface LintedManifest {
  readonly manifest: Manifest;
  readonly source: YamlSource;
  /** manifest.yaml as it is written, for what stands in comments */
  readonly text: string;
  readonly steps: { readonly file: StepsFile; readonly source: YamlSource } | null;
}

export function warningAt(source: YamlSource, path: readonly PropertyKey[], problem: string, fix: string): Remark {
  return { level: 'warning', file: source.label, line: source.lineOf(path), problem: path.length === 0 ? problem : `${path.map(String).join('.')}: ${problem}`, fix };
}
