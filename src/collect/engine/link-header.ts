/** Finds the address of the next page in a `Link` header (RFC 8288). Owns nothing else. Linear in the length of the header. */

function partsOf(header: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let [quoted, inAddress] = [false, false];
  for (let at = 0; at < header.length; at += 1) {
    const character = header[at];
    if (character === '"' && !inAddress) quoted = !quoted;
    else if (!quoted && character === '<') inAddress = true;
    else if (!quoted && character === '>') inAddress = false;
    else if (!quoted && !inAddress && character === ',') {
      parts.push(header.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, header.slice(start)];
}

/** `<https://x/y?page=2>; rel="next", ...` */
export function nextLink(header: string | undefined): string | undefined {
  if (header === undefined || header.length > 16_384) return undefined;
  for (const part of partsOf(header)) {
    const [open, close] = [part.indexOf('<'), part.indexOf('>')];
    if (open === -1 || close < open) continue;
    const relations = part.slice(close + 1).split(';').map((each) => each.trim()).filter((each) => /^rel\s*=/i.test(each)).map((each) => each.slice(each.indexOf('=') + 1).replaceAll('"', '').trim().toLowerCase());
    if (relations.some((relation) => relation.split(/\s+/).includes('next'))) return part.slice(open + 1, close).trim();
  }
  return undefined;
}
