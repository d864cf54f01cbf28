/** Tells a literal from a placeholder or an expression, and random from readable text. Pure; knows no platform. */

const PLACEHOLDER = /^(?:<[^<>]*>|\[[^\]]*\]|x{3,}|\*+|\.{3,}|•+|-+|_+|your[ _-].*|(?:my|the|an?|enter|insert|put|add|paste)[ _-].*(?:here|key|token|password|secret)|.*_here|redacted|none|null|undefined|true|false|string|todo|tbd|n\/a|changeit-placeholder)$/i;
const REFERENCE = /^(?:\$\{?[A-Za-z_][A-Za-z0-9_.]*\}?|%[A-Za-z_]\w*%|process\.env\b.*|env\.get\(.*|\$env\b.*|\$secrets\b.*|\$vars\b.*|(?:msg|flow|global)\.[\w.]+|@[a-z][A-Za-z]{1,40}\(.*[)\]])$/;
// `#{_dp('{...}')}` is how Workato puts values of the run into a text: braces in braces
const TEMPLATE = /#\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|\{\{[\s\S]*?\}\}|\$\{[^}]*\}|<%[\s\S]*?%>|@\{[a-z][^{}]*\}|\{!\$?[\w.]+\}|\{[A-Za-z_][\w.]*\}/g;
const QUOTED_EXPRESSION = /^=?\{\{\s*(["'`])([^"'`$]{4,})\1\s*\}\}$/;
const SCHEME_WORDS = /\b(?:bearer|basic|token|apikey|api-key|digest|key|authorization)\b/gi;

/** The literal secret inside `text` where the key name says that there is one, or null for placeholders and expressions. */
export function literalUnder(text: string): string | null {
  const trimmed = text.trim();
  const quoted = QUOTED_EXPRESSION.exec(trimmed);
  if (quoted) return quoted[2]!;
  if (trimmed === '' || PLACEHOLDER.test(trimmed.slice(0, 200)) || REFERENCE.test(trimmed.slice(0, 200))) return null;
  if (!TEMPLATE_START.test(trimmed)) return trimmed;
  const rest = trimmed.replace(/^=/, '').replaceAll(TEMPLATE, '').replaceAll(SCHEME_WORDS, '').replaceAll(/[\s:;,=&"'`]+/g, '');
  return rest.length >= 12 && looksRandom(rest) ? trimmed : null;
}
const TEMPLATE_START = /#\{|^=\(?_(?:dp)?\(|\{\{|\$\{|<%|@\{[a-z]|\{![$\w]|\{[A-Za-z_][\w.]*\}/;

function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/** Long, without spaces, of mixed characters: what a generator makes and a person does not type. */
export function looksRandom(text: string): boolean {
  if (text.length < 16 || text.length > 4096 || !/^[A-Za-z0-9+/=_.~-]+$/.test(text)) return false;
  return /\d/.test(text) && /[A-Za-z]/.test(text) && entropy(text.slice(0, 256)) >= 3.2;
}

/** A name that no person gave, and that is not of the forms that ids have: only letters of both kinds and digits, all mixed. */
export function isGenerated(name: string): boolean {
  if (name.length < 20 || name.length > 512 || !/^[A-Za-z0-9]+$/.test(name)) return false;
  const runs = name.match(/[a-z]+|[A-Z]+|\d+/g) ?? [];
  const digits = runs.filter((run) => /\d/.test(run)).length;
  return digits >= 2 && /[a-z]/.test(name) && /[A-Z]/.test(name) && runs.length >= name.length * 0.4 && entropy(name.slice(0, 256)) >= 3.5;
}

/** A value in running text that is worth hiding: no placeholder, no template, no bare word. */
export function isLiteralToken(text: string): boolean {
  return text.length >= 4 && !TEMPLATE_START.test(text) && !PLACEHOLDER.test(text) && !REFERENCE.test(text) && !/^[$%<{]/.test(text);
}
