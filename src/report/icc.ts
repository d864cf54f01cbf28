/** The sRGB colour profile that PDF/A asks for, computed from the standard's own numbers (IEC 61966-2-1), so no file is shipped. */

const DESCRIPTION = 'sRGB IEC61966-2.1';
const COPYRIGHT = 'No copyright, use freely';
const CURVE_POINTS = 1024;
const HEADER_BYTES = 128;

/** A version 2 display profile: matrix and tone curves, adapted to D50. */
export function sRgbProfile(): Uint8Array {
  const curve = toneCurve();
  const tags: [string, Uint8Array][] = [
    ['desc', descriptionTag(DESCRIPTION)],
    ['cprt', textTag(COPYRIGHT)],
    ['wtpt', xyzTag(0.9642, 1, 0.8249)],
    ['rXYZ', xyzTag(0.4360657, 0.2224884, 0.013916)],
    ['gXYZ', xyzTag(0.3851471, 0.7168732, 0.0970764)],
    ['bXYZ', xyzTag(0.1430664, 0.0606079, 0.7140961)],
    ['rTRC', curve],
    ['gTRC', curve],
    ['bTRC', curve],
  ];
  return assemble(tags);
}

function assemble(tags: readonly [string, Uint8Array][]): Uint8Array {
  const table = 4 + tags.length * 12;
  const offsets = new Map<Uint8Array, number>();
  let end = HEADER_BYTES + table;
  for (const [, data] of tags) {
    if (offsets.has(data)) continue;
    offsets.set(data, end);
    end += Math.ceil(data.length / 4) * 4;
  }
  const bytes = new Uint8Array(end);
  const view = new DataView(bytes.buffer);
  writeHeader(bytes, view);
  view.setUint32(HEADER_BYTES, tags.length);
  tags.forEach(([signature, data], index) => {
    const at = HEADER_BYTES + 4 + index * 12;
    const offset = offsets.get(data) ?? 0;
    ascii(bytes, at, signature);
    view.setUint32(at + 4, offset);
    view.setUint32(at + 8, data.length);
    bytes.set(data, offset);
  });
  return bytes;
}

function writeHeader(bytes: Uint8Array, view: DataView): void {
  view.setUint32(0, bytes.length);
  view.setUint32(8, 0x02100000);
  ascii(bytes, 12, 'mntrRGB XYZ ');
  [2026, 1, 1, 0, 0, 0].forEach((part, index) => view.setUint16(24 + index * 2, part));
  ascii(bytes, 36, 'acsp');
  fixed(view, 68, 0.9642);
  fixed(view, 72, 1);
  fixed(view, 76, 0.8249);
}

function toneCurve(): Uint8Array {
  const bytes = new Uint8Array(12 + CURVE_POINTS * 2);
  const view = new DataView(bytes.buffer);
  ascii(bytes, 0, 'curv');
  view.setUint32(8, CURVE_POINTS);
  for (let index = 0; index < CURVE_POINTS; index += 1) {
    const value = index / (CURVE_POINTS - 1);
    const linear = value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    view.setUint16(12 + index * 2, Math.round(linear * 65535));
  }
  return bytes;
}

function xyzTag(x: number, y: number, z: number): Uint8Array {
  const bytes = new Uint8Array(20);
  const view = new DataView(bytes.buffer);
  ascii(bytes, 0, 'XYZ ');
  [x, y, z].forEach((value, index) => fixed(view, 8 + index * 4, value));
  return bytes;
}

function textTag(text: string): Uint8Array {
  const bytes = new Uint8Array(8 + text.length + 1);
  ascii(bytes, 0, 'text');
  ascii(bytes, 8, text);
  return bytes;
}

/** The version 2 description: ASCII, then an empty Unicode and an empty script part. */
function descriptionTag(text: string): Uint8Array {
  const bytes = new Uint8Array(12 + text.length + 1 + 8 + 70);
  ascii(bytes, 0, 'desc');
  new DataView(bytes.buffer).setUint32(8, text.length + 1);
  ascii(bytes, 12, text);
  return bytes;
}

function ascii(bytes: Uint8Array, at: number, text: string): void {
  for (let index = 0; index < text.length; index += 1) bytes[at + index] = text.charCodeAt(index);
}

function fixed(view: DataView, at: number, value: number): void {
  view.setInt32(at, Math.round(value * 65536));
}
