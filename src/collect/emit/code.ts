/** Reads which modules a piece of source text loads. Owns the patterns per language. Pure. */

export type Language = 'javascript' | 'python' | 'shell';

const JAVASCRIPT = [/\brequire\s{0,4}\(\s{0,4}["'`]([^"'`\n]{1,200})["'`]/g, /\bfrom\s{1,4}["']([^"'\n]{1,200})["']/g, /\bimport\s{0,4}\(\s{0,4}["'`]([^"'`\n]{1,200})["'`]/g, /\bimport\s{1,4}["']([^"'\n]{1,200})["']/g];
const PYTHON = [/^[ \t]{0,40}import[ \t]+([A-Za-z_][\w.]{0,200})/gm, /^[ \t]{0,40}from[ \t]+([A-Za-z_][\w.]{0,200})[ \t]+import/gm];

/** Names as written, without `node:`; sorted, unique. */
export function modulesIn(code: string, language: Language): string[] {
  const patterns = language === 'javascript' ? JAVASCRIPT : language === 'python' ? PYTHON : [];
  const found = new Set<string>();
  if (!/require|import|from/.test(code)) return [];
  for (const pattern of patterns) for (const match of code.matchAll(pattern)) found.add(match[1]!.replace(/^node:/, ''));
  return [...found].sort();
}
