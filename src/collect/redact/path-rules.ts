/** Path patterns of a manifest (`nodes.*.position`) as a tree that the redaction walks along. Owns the pattern form. */

export interface PathRules {
  drop: boolean;
  /** kind of the secret that the whole value is, or null */
  secret: string | null;
  readonly children: Map<string, PathRules>;
}

function leafOf(root: PathRules, pattern: string): PathRules {
  let at = root;
  for (const part of pattern.split('.')) {
    let next = at.children.get(part);
    if (!next) at.children.set(part, (next = emptyRules()));
    at = next;
  }
  return at;
}

function emptyRules(): PathRules {
  return { drop: false, secret: null, children: new Map() };
}

/** `*` stands for any key or index. */
export function pathRules(drop: readonly string[], secrets: readonly { path: string; kind: string }[]): PathRules {
  const root = emptyRules();
  for (const pattern of drop) leafOf(root, pattern).drop = true;
  for (const { path, kind } of secrets) leafOf(root, path).secret = kind;
  return root;
}

/** Where a walk along the rules stands: what befalls the value there. Where it goes on to is worked out once for each name. */
export interface Place {
  readonly drop: boolean;
  readonly secret: string | null;
  readonly rules: readonly PathRules[];
  readonly below: Map<string, Place | null>;
}

/** Several rules may meet at one place; the first that says anything counts. */
function placeOf(rules: readonly PathRules[]): Place | null {
  if (rules.length === 0) return null;
  const first = rules.find((rule) => rule.drop || rule.secret !== null);
  return { drop: first?.drop ?? false, secret: first?.secret ?? null, rules, below: new Map() };
}

const starts = new WeakMap<PathRules, Place>();

export function startOf(rules: PathRules): Place {
  let start = starts.get(rules);
  if (!start) starts.set(rules, (start = placeOf([rules])!));
  return start;
}

/** null = no rule reaches there. Only names that rules have are kept: others are all the same. */
export function placeBelow(place: Place, key: string): Place | null {
  const known = place.below.get(key);
  if (known !== undefined) return known;
  const isNamed = key === '*' || place.rules.some((rule) => rule.children.has(key));
  if (!isNamed) return placeBelow(place, '*');
  const next = placeOf(place.rules.flatMap(({ children }) => [key === '*' ? undefined : children.get(key), children.get('*')].filter((rule) => rule !== undefined)));
  place.below.set(key, next);
  return next;
}
