/** What lint says of `{name}` places that nobody fills in: requests send them as they stand, or fail. Pure. */
import type { JsonValue } from '../../model/resource.js';
import { placesIn } from '../engine/places.js';
import type { ResourceRule } from '../manifest/resource-schema.js';
import { warningAt } from './remark.js';
import type { LintedManifest, Remark } from './remark.js';

type Part = readonly [path: readonly PropertyKey[], template: unknown];

function boundIn({ forEach, recurse, matrix, since }: ResourceRule): string[] {
  return [...Object.keys(forEach?.bind ?? {}), ...Object.keys(recurse?.bind ?? {}), ...Object.keys(recurse?.start ?? {}), ...Object.keys(matrix ?? {}), ...(since ? ['since'] : [])];
}

/** Where a request of the type takes names. The body of a POST may hold braces of another language (GraphQL), so only its path and query count. */
function partsOf(rule: ResourceRule): Part[] {
  return [[['get'], rule.get], [['readOnlyPost', 'path'], rule.readOnlyPost?.path], [['query'], rule.query], [['headers'], rule.headers]];
}

function remarksOf(type: string, rule: ResourceRule, { manifest, source }: LintedManifest): Remark[] {
  const fields = manifest.secretFields.flatMap(({ name, means }) => [name, ...Object.values(means ?? {}).slice(0, 1).flatMap((texts) => Object.keys(texts))]);
  const known = new Set([...boundIn(rule), ...fields]);
  return partsOf(rule).filter(([, template]) => template !== undefined).flatMap(([path, template]) => [...placesIn(template as JsonValue)].filter((name) => !known.has(name)).map((name) => {
    const names = [...known].map((each) => `{${each}}`).join(', ') || 'none';
    return warningAt(source, ['resources', type, ...path], `nobody fills in {${name}}; known here: ${names}`, `bind it in \`forEach\`, \`matrix\` or \`recurse\`, or ask for it in \`secretFields\``);
  }));
}

export function unknownNameRemarks(linted: LintedManifest): Remark[] {
  return Object.entries(linted.manifest.resources).flatMap(([type, rule]) => remarksOf(type, rule, linted));
}
