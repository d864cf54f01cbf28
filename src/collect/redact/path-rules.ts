/** Path patterns of a manifest (`nodes.*.position`) as a tree that the redaction walks along. Owns the pattern form. */

export interface PathRules {
  drop: boolean;
  /** kind of the secret that the whole value is, or null */
  secret: string | null;
  readonly children: Map<string, PathRules>;
}

const NOTHING: readonly PathRules[] = [];

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

export function childRules(rules: readonly PathRules[], key: string): readonly PathRules[] {
  if (rules.length === 0) return NOTHING;
  let found: PathRules[] | null = null;
  for (const rule of rules) {
    if (rule.children.size === 0) continue;
    const named = key === '*' ? undefined : rule.children.get(key);
    const any = rule.children.get('*');
    if (named) (found ??= []).push(named);
    if (any) (found ??= []).push(any);
  }
  return found ?? NOTHING;
}
