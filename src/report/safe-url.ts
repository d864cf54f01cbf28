/** Which addresses may become a link in a report. Escaping does not stop `javascript:`; a list of schemes does. */

const SCHEMES = new Set(['https:', 'http:', 'mailto:']);

/** The address as it may be linked, or null: then it is shown as text only. */
export function safeUrl(address: string | null | undefined): string | null {
  if (address === null || address === undefined) return null;
  try {
    const url = new URL(address.trim());
    return SCHEMES.has(url.protocol) && url.username === '' && url.password === '' ? url.href : null;
  } catch {
    return null;
  }
}
