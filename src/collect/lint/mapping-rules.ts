/** What lint says about the mapping: what is read for nothing, keys that move, facts that change by themselves. Pure. */
import type { JsonValue } from '../../model/resource.js';
import { warningAt } from './remark.js';
import type { LintedManifest, Remark } from './remark.js';

/** Every path in an expression, without texts that are constants. */
export function pathsIn(expression: JsonValue | undefined): string[] {
  if (typeof expression === 'string') return [expression];
  if (Array.isArray(expression)) return expression.flatMap(pathsIn);
  if (typeof expression !== 'object' || expression === null) return [];
  return Object.entries(expression).filter(([name]) => name !== 'value' && name !== 'lookup' && name !== 'keys').flatMap(([, inner]) => pathsIn(inner));
}

const lastPart = (path: string): string => path.split('.').at(-1) ?? '';
const MOVES = /^(?:last[-_]?(?:log[-_]?in|sign[-_]?in|seen|used|use|run|runs|active|activity|access|accessed|modified|updated|changed|edited|sync|synced|success|succeeded|failure|failed|error|executed|execution|triggered|published|saved)(?:[-_]?(?:at|on|by|date|time|timestamp))?|next[-_]?(?:run|execution|sync)\w*|(?:updated|modified|changed)|(?:updated|modified|changed|accessed|checked|synced|edited)[-_]?(?:at|on|date|time|timestamp)|\w+(?:updated|modified|changed|edited)[-_]?(?:at|on|date|time)|etag|__?rev|rev|revision|version[-_]?counter|systemmodstamp|(?:run|execution|operation|open|view|use|usage|trigger|error|failure)s?[-_]?(?:count|counter|total)|timestamp|uptime)$/i;
const NAMES = /^(?:name|title|label|displayname|display_name|fullname|email)$/i;

function unusedTypes({ manifest, source, steps }: LintedManifest): Remark[] {
  const text = JSON.stringify({ ...manifest, notExposed: [] }) + JSON.stringify(steps?.file ?? {});
  const used = new Set([
    ...manifest.emit.map(({ from }) => from), ...manifest.graphs.map(({ from }) => from), manifest.version?.from,
    ...manifest.graphs.flatMap((rule) => (rule.layout === 'tree' ? rule.attach.map(({ from }) => from) : [])),
    ...Object.values(manifest.hosts).flatMap((host) => [host.learn?.from, host.limit?.learn?.from]),
    ...Object.values(manifest.resources).flatMap((rule) => [rule.forEach?.of, ...(rule.narrowView?.whenForbidden ?? [])]),
  ]);
  return Object.entries(manifest.resources).flatMap(([type, rule]) => {
    const isUsed = used.has(type) || rule.feeds !== undefined || text.includes(`$all.${type}`) || text.includes(`"related":"${type}"`) || manifest.files?.type === type;
    return isUsed ? [] : [warningAt(source, ['resources', type], 'it is read and nothing is drawn from it', 'add an entry to `emit` or `graphs`, or leave the request out; `feeds: []` says that it is only a sign')];
  });
}

function unusedTables({ manifest, source, steps }: LintedManifest): Remark[] {
  const { tables: _own, ...rest } = manifest;
  const text = JSON.stringify(rest);
  const own = Object.keys(manifest.tables).filter((name) => !text.includes(`"lookup":"${name}"`)).map((name) => warningAt(source, ['tables', name], 'nobody looks anything up in this table', 'remove it, or use it with `{ lookup: ... }`'));
  if (!steps) return own;
  const { tables, ...others } = steps.file;
  const stepsText = JSON.stringify(others);
  const unused = Object.keys(tables).filter((name) => name !== 'aiHosts' && !stepsText.includes(`"lookup":"${name}"`));
  return [...own, ...unused.map((name) => warningAt(steps.source, ['tables', name], 'nobody looks anything up in this table', 'remove it, or use it with `{ lookup: ... }`'))];
}

function keyRemarks({ manifest, source }: LintedManifest): Remark[] {
  return manifest.emit.flatMap((rule, index) => {
    const paths = pathsIn(rule.key as JsonValue);
    // some platforms call their id `name`; then the name that people see stands elsewhere
    const shown = pathsIn(rule.name as JsonValue);
    const onlyNames = paths.length > 0 && paths.every((path) => NAMES.test(lastPart(path)) && shown[0] === path);
    return onlyNames ? [warningAt(source, ['emit', index, 'key'], `the key is a name (${paths.join(', ')}): after a renaming it looks like one removed and one added`, 'use the platform\'s id, if it has one')] : [];
  });
}

function movingRemarks(named: Readonly<Record<string, unknown>>, at: readonly PropertyKey[], { source }: LintedManifest): Remark[] {
  return Object.entries(named).flatMap(([name, expression]) => {
    const moving = pathsIn(expression as JsonValue).find((path) => MOVES.test(lastPart(path)));
    return moving === undefined ? [] : [warningAt(source, [...at, name], `${moving} changes although nobody changed the configuration, so each scan would report drift`, 'put it under `observed`, or into `drop` of its resource')];
  });
}

function stepRemarks({ steps }: LintedManifest): Remark[] {
  if (!steps) return [];
  const { types, prefixes, shapes } = steps.file;
  // a shape that is not here comes from an included file, which was checked when the connector was loaded
  const hasClass = (rule: { class?: unknown; use?: string | undefined }): boolean => rule.class !== undefined || (rule.use !== undefined && (shapes[rule.use] === undefined || hasClass(shapes[rule.use]!)));
  const without = (group: 'types' | 'prefixes', rules: typeof types): Remark[] => Object.entries(rules).filter(([, rule]) => !hasClass(rule)).map(([name]) => warningAt(steps.source, [group, name], 'it has no class, so it counts as `other` and few checks look at it', 'give it a `class`, or `use` a shape that has one'));
  return [...without('types', types), ...without('prefixes', prefixes)];
}

export function mappingRemarks(linted: LintedManifest): Remark[] {
  const { manifest } = linted;
  return [
    ...unusedTypes(linted), ...unusedTables(linted), ...keyRemarks(linted),
    ...manifest.emit.flatMap((rule, index) => (rule.kind === 'audit-event' || rule.kind === 'run-stats' ? [] : movingRemarks(rule.properties, ['emit', index, 'properties'], linted))),
    ...manifest.graphs.flatMap((rule, index) => [...movingRemarks(rule.workflow.properties, ['graphs', index, 'workflow', 'properties'], linted), ...movingRemarks(rule.step.extra, ['graphs', index, 'step', 'extra'], linted)]),
    ...stepRemarks(linted),
  ];
}
