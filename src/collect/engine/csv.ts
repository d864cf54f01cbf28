/** Reads CSV (RFC 4180) as a list of objects by the names in its first row. Owns the refusals. Linear in the length of the text. */

export class CsvError extends Error {
  override readonly name = 'CsvError';
}

function rowsOf(text: string, most: number): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  const endRow = (): void => {
    // a line without anything is no row
    if (row.length > 1 || row[0] !== '') rows.push(row);
    if (rows.length > most + 1) throw new CsvError(`it has more than ${most} rows`);
    row = [];
  };
  while (at <= text.length) {
    if (text[at] === '"') {
      let field = '';
      for (at += 1; ; ) {
        const quote = text.indexOf('"', at);
        if (quote === -1) throw new CsvError('a quoted field has no end');
        field += text.slice(at, quote);
        at = quote + 1;
        if (text[at] !== '"') break;
        field += '"';
        at += 1;
      }
      row.push(field);
      if (at < text.length && !',\r\n'.includes(text[at]!)) throw new CsvError('something follows a quoted field');
    } else {
      const start = at;
      while (at < text.length && text[at] !== ',' && text[at] !== '\n' && text[at] !== '\r') at += 1;
      row.push(text.slice(start, at));
    }
    if (text[at] === ',') { at += 1; continue; }
    endRow();
    if (at >= text.length) break;
    at += text[at] === '\r' && text[at + 1] === '\n' ? 2 : 1;
  }
  return rows;
}

/** All values are texts. Throws CsvError. */
export function parseCsv(text: string, most: number): { [name: string]: string }[] {
  const [names, ...rows] = rowsOf(text.startsWith('\ufeff') ? text.slice(1) : text, most);
  if (!names) return [];
  if (new Set(names).size !== names.length) throw new CsvError('two columns have the same name');
  if (names.includes('__proto__')) throw new CsvError('a column named __proto__');
  return rows.map((row) => {
    if (row.length > names.length) throw new CsvError('a row has more fields than the first one');
    return Object.fromEntries(names.map((name, index) => [name, row[index] ?? '']));
  });
}
