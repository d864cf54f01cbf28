/**
 * The generator emits every schema once for requests and once for answers. Owns dropping those that nothing refers to, and
 * giving the rest the name they have in the sources. Pure.
 */

interface Document {
  paths?: object;
  components?: { schemas?: Record<string, unknown>; [key: string]: unknown };
  [key: string]: unknown;
}

const REFERENCE = /"#\/components\/schemas\/([^"]+)"/g;

export function tidyComponents<T extends object>(document: T): T {
  const given = document as Document;
  const schemas = given.components?.schemas ?? {};
  const used = reachable(JSON.stringify(given.paths ?? {}), schemas);
  const names = new Map([...used].map((name) => [name, shortName(name, used, schemas)]));
  const kept = Object.fromEntries([...used].toSorted().map((name) => [names.get(name), schemas[name]]));
  const text = JSON.stringify({ ...given, components: { ...given.components, schemas: kept } });
  return JSON.parse(text.replace(REFERENCE, (_match, name: string) => `"#/components/schemas/${names.get(name) ?? name}"`)) as T;
}

function reachable(text: string, schemas: Record<string, unknown>): Set<string> {
  const found = new Set<string>();
  const open = [text];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const [, name] of next.matchAll(REFERENCE)) {
      if (found.has(name!)) continue;
      found.add(name!);
      open.push(JSON.stringify(schemas[name!] ?? {}));
    }
  }
  return found;
}

/** `XInput` is `X` where only requests use it, or where both say the same. */
function shortName(name: string, used: ReadonlySet<string>, schemas: Record<string, unknown>): string {
  if (!name.endsWith('Input')) return name;
  const base = name.slice(0, -'Input'.length);
  return used.has(base) && JSON.stringify(schemas[base]) !== JSON.stringify(schemas[name]) ? name : base;
}
