/**
 * From one changed resource to its real changes. A native edit (a parameter, the code) and everything derived from it are one
 * change; two edits that have nothing to do with each other are two. Owns that grouping.
 */
import type { DriftClass } from '../model/drift.js';
import type { Resource } from '../model/resource.js';
import { explains, facetOf, hasRule, type Facet, type Family } from './facets.js';
import { leafEdits, sameJson, type LeafEdit } from './leaf-edits.js';
import { tellingRank } from './severity.js';

/** One real change of a resource. `lead` is the facet that is told; null when only native settings changed. */
export interface Component {
  class: DriftClass;
  lead: Facet | null;
  facets: Facet[];
  edits: LeafEdit[];
  /** edits of the native configuration among them: none means that the cause lies in another resource */
  nativeEdits: LeafEdit[];
}

/** A thing that a person edited, or a meaning derived from it. */
interface Part {
  family: Family | null;
  native: boolean;
  facets: Facet[];
  edits: LeafEdit[];
}

/** `ignore`: properties that are told by another item, e.g. the edges of a workflow. */
export function componentsOf(before: Resource, after: Resource, ignore: ReadonlySet<string>): Component[] {
  const properties = [...new Set([...Object.keys(before.properties), ...Object.keys(after.properties)])].filter((property) => !ignore.has(property)).sort();
  const facets: Facet[] = [];
  const edits: LeafEdit[] = [];
  for (const property of properties) {
    const pair = [before.properties[property], after.properties[property]] as const;
    if (sameJson(...pair)) continue;
    const facet = facetOf(after.kind, property, pair);
    if (facet !== null) facets.push(facet);
    if (!hasRule(after.kind, property)) edits.push(...leafEdits(...pair, property));
  }
  if (before.kind !== after.kind) edits.push({ path: 'kind', before: before.kind, after: after.kind });
  return mergeByClass(join(partsOf(facets, edits)).map((parts) => componentOf(parts, after)));
}

function partsOf(facets: readonly Facet[], edits: readonly LeafEdit[]): Part[] {
  const parts: Part[] = edits.map((edit) => ({ family: null, native: true, facets: [], edits: [edit] }));
  for (const native of [true, false]) {
    for (const family of new Set(facets.filter((facet) => facet.native === native).map((facet) => facet.family))) {
      parts.push({ family, native, facets: facets.filter((facet) => facet.native === native && facet.family === family), edits: [] });
    }
  }
  return parts;
}

/** Groups of parts that are one real change. */
function join(parts: readonly Part[]): Part[][] {
  const group = parts.map((_part, index) => index);
  const unite = (a: number, b: number): void => {
    const [from, to] = [group[a]!, group[b]!];
    for (const [index, value] of group.entries()) if (value === from) group[index] = to;
  };
  const raw = indices(parts, (part) => part.family === null);
  const unexplained: number[] = [];
  for (const index of indices(parts, (part) => part.family !== null)) {
    const part = parts[index]!;
    const causes = [...raw.filter((at) => explains(part.family!, parts[at]!.edits[0]!.path)), ...indices(parts, (other) => other !== part && other.family === part.family)];
    for (const cause of causes) unite(cause, index);
    if (causes.length === 0 && !part.native) unexplained.push(index);
  }
  attach({ parts, raw, unexplained, unite });
  const loose = raw.filter((at) => group.filter((value) => value === group[at]).length === 1);
  for (const at of loose.slice(1)) unite(at, loose[0]!);
  return [...new Set(group)].map((id) => parts.filter((_part, index) => group[index] === id));
}

interface Attaching {
  parts: readonly Part[];
  raw: readonly number[];
  unexplained: readonly number[];
  unite(a: number, b: number): void;
}

/** A meaning that no edit explains by its name belongs to the code, else to what was edited, else to the other meanings. */
function attach({ parts, raw, unexplained, unite }: Attaching): void {
  const code = parts.findIndex((part) => part.native && part.family === 'code');
  const used = raw.filter((at) => !parts.some((part) => part.family !== null && explains(part.family, parts[at]!.edits[0]!.path)));
  const cause = code >= 0 ? code : (used[0] ?? raw[0]);
  for (const index of unexplained) {
    if (cause !== undefined) unite(index, cause);
    else unite(index, unexplained[0]!);
  }
  if (cause !== undefined && cause !== code && unexplained.length > 0) for (const at of used) unite(at, cause);
}

function indices(parts: readonly Part[], wanted: (part: Part) => boolean): number[] {
  return parts.flatMap((part, index) => (wanted(part) ? [index] : []));
}

function componentOf(parts: readonly Part[], after: Resource): Component {
  const facets = mostTelling(parts.flatMap((part) => part.facets));
  const nativeEdits = parts.flatMap((part) => part.edits);
  const lead = facets[0] ?? null;
  const edits = [...facets.map((facet) => ({ path: facet.property, before: facet.before, after: facet.after })), ...nativeEdits];
  return { class: lead?.class ?? classOfEdits(after, nativeEdits), lead, facets, edits, nativeEdits };
}

/** Most telling first. Of one sign-in, how it is asked for tells more than which credential does it. */
function mostTelling(facets: readonly Facet[]): Facet[] {
  const sorted = [...facets].sort((a, b) => tellingRank(a.class) - tellingRank(b.class) || (a.property < b.property ? -1 : 1));
  const manner = sorted[0]?.property === 'credentials' ? sorted.find((facet) => facet.property === 'authentication') : undefined;
  return manner === undefined ? sorted : [manner, ...sorted.filter((facet) => facet !== manner)];
}

/** What a change of native settings alone means. */
function classOfEdits(after: Resource, edits: readonly LeafEdit[]): DriftClass {
  if (after.kind === 'platform-settings') return 'setting-changed';
  if (edits.every((edit) => isSecret(edit.before) && isSecret(edit.after))) return 'secret-rotated';
  return after.properties['class'] === 'schedule' ? 'schedule-changed' : 'configuration-changed';
}

function isSecret(value: LeafEdit['before']): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && value['redacted'] === true;
}

/** A resource has at most one item per class, as its fingerprint is made of both. */
function mergeByClass(components: readonly Component[]): Component[] {
  const merged = new Map<DriftClass, Component>();
  for (const component of components) {
    const known = merged.get(component.class);
    if (known === undefined) merged.set(component.class, component);
    else {
      merged.set(component.class, {
        class: known.class, lead: known.lead ?? component.lead, facets: [...known.facets, ...component.facets],
        edits: [...known.edits, ...component.edits], nativeEdits: [...known.nativeEdits, ...component.nativeEdits],
      });
    }
  }
  return [...merged.values()];
}
