/** Path patterns of `ordered` and `steady`: `*` stands for one member, `**` for any number of them, also none. Owns the comparison. Pure. */

function fitsFrom(pattern: readonly string[], path: readonly string[], at: { readonly p: number; readonly k: number }): boolean {
  const part = pattern[at.p];
  if (part === undefined) return at.k === path.length;
  if (part === '**') return fitsFrom(pattern, path, { p: at.p + 1, k: at.k }) || (at.k < path.length && fitsFrom(pattern, path, { p: at.p, k: at.k + 1 }));
  return at.k < path.length && (part === '*' || part === path[at.k]) && fitsFrom(pattern, path, { p: at.p + 1, k: at.k + 1 });
}

export function fitsGlob(pattern: string, path: readonly string[]): boolean {
  return fitsFrom(pattern.split('.'), path, { p: 0, k: 0 });
}
