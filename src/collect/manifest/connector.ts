/**
 * What a loaded connector is: a manifest with its expressions compiled. The rest of the engine works on this form only.
 * Owns these shapes; load-connectors.ts makes them.
 */
import type { ResourceKind } from '../../model/resource.js';
import type { JoinedProperties } from '../../model/snapshot.js';
import type { Expression } from '../expressions/scope.js';
import type { RedactionRules } from '../redact/redact.js';
import type { GraphRule } from './graph-schema.js';
import type { ResourceRule } from './resource-schema.js';
import type { Manifest } from './schema.js';
import type { StepRules } from './step-rules.js';

export type NamedExpressions = readonly (readonly [string, Expression])[];

export interface CompiledResource {
  readonly type: string;
  readonly rule: ResourceRule;
  readonly items: Expression;
  readonly key: Expression | null;
  /** `told` is `when` as a value: absent where the item does not tell what it asks */
  readonly forEach: { readonly of: string; readonly when: Expression | null; readonly told: Expression | null; readonly bind: NamedExpressions; readonly limit: number } | null;
  readonly recurse: { readonly bind: NamedExpressions } | null;
  readonly onBody: readonly Expression[];
  readonly canary: Expression | null;
  /** the time of an event, for types that are read incrementally */
  readonly since: Expression | null;
  readonly job: { readonly done: Expression; readonly failed: Expression | null } | null;
  /** by what the next page of a keyset starts */
  readonly keyset: Expression | null;
  readonly redaction: RedactionRules;
  /** how many types, this one with them, ask for the same in the same words: 1 = only this one */
  readonly sharers: number;
  /** the bound value that holds the address of its host, where each item has a host of its own */
  readonly boundHost: string | null;
  /** the resource kinds that are unknown when this type was not read */
  readonly kinds: readonly ResourceKind[];
  /** per kind, the properties that are worked out with items of this type */
  readonly joined: JoinedProperties;
}
export interface CompiledRecord {
  readonly kind: ResourceKind;
  readonly from: string;
  readonly each: Expression | null;
  /** every item holds the list of `each` */
  readonly always: boolean;
  readonly groupBy: Expression | null;
  readonly where: Expression | null;
  readonly key: Expression;
  readonly name: Expression;
  readonly properties: NamedExpressions;
  /** facts that move by themselves: emitted as run-stats */
  readonly observed: NamedExpressions;
}
/** What of a step must be an object where it is there. */
export interface StepObject {
  readonly take: Expression;
  readonly orNull: boolean;
  readonly when: Expression | null;
}
interface CompiledGraphParts {
  readonly where: Expression | null;
  readonly workflow: { readonly key: Expression; readonly name: Expression; readonly enabled: Expression; readonly properties: NamedExpressions; readonly observed: NamedExpressions };
  readonly step: {
    readonly id: Expression; readonly name: Expression; readonly type: Expression; readonly disabled: Expression; readonly parameters: Expression;
    readonly typeVersion: Expression | null; readonly onError: Expression | null; readonly credentials: Expression | null;
    readonly extra: NamedExpressions;
    readonly objects: readonly StepObject[];
  };
}
export type NestedGraph = CompiledGraphParts & { readonly layout: 'nested-by-name'; readonly rule: Extract<GraphRule, { layout: 'nested-by-name' }> };
export type FlatGraph = CompiledGraphParts & {
  readonly layout: 'flat-by-id';
  readonly rule: Extract<GraphRule, { layout: 'flat-by-id' }>;
  readonly shared: { readonly name: Expression; readonly parameters: Expression };
};
export type TreeGraph = CompiledGraphParts & {
  readonly layout: 'tree';
  readonly rule: Extract<GraphRule, { layout: 'tree' }>;
  /** of `after` and `next` wires */
  readonly wires: Expression | null;
};
export type CompiledGraph = NestedGraph | FlatGraph | TreeGraph;

export type SecretField = Manifest['secretFields'][number];

export interface CompiledFiles {
  readonly rule: NonNullable<Manifest['files']>;
  readonly item: Expression | null;
  readonly claims: readonly Expression[];
  readonly more: readonly { readonly items: Expression; readonly type: string }[];
  readonly parts: readonly {
    readonly path: string; readonly as: 'json' | 'xml' | 'yaml'; readonly type: string; readonly items: Expression | null;
    /** the type whose items name files of this kind, and where */
    readonly listed: { readonly in: string; readonly name: Expression } | null;
  }[];
}

export interface Connector {
  readonly id: string;
  readonly title: string;
  /** the folder of the pack */
  readonly folder: string;
  readonly manifest: Manifest;
  readonly secretFields: readonly SecretField[];
  readonly fileSource: boolean;
  /** false for what is read from exported files only */
  readonly liveSource: boolean;
  readonly resources: readonly CompiledResource[];
  readonly records: readonly CompiledRecord[];
  readonly graphs: readonly CompiledGraph[];
  readonly steps: StepRules;
  readonly files: CompiledFiles | null;
  readonly version: { readonly from: string; readonly take: Expression } | null;
  /** hosts whose base is told by an answer, by host name of the manifest */
  readonly hostBases: ReadonlyMap<string, { readonly from: string; readonly take: Expression }>;
  /** the true number of requests per limit, where an answer tells it, by host name of the manifest */
  readonly hostLimits: ReadonlyMap<string, { readonly from: string; readonly take: Expression }>;
}
