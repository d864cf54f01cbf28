/**
 * Turns what Chromium prints into a file for the archive: PDF/UA-1 and PDF/A-2a, page numbers, report id and content hash in
 * the foot, and nothing in it that differs between two runs. Does not own: the signature (sign.ts).
 */
import { createHash } from 'node:crypto';
import fontkit from '@pdf-lib/fontkit';
import {
  type PDFContext, PDFArray, PDFDict, PDFDocument, type PDFFont, PDFHexString, PDFName, PDFOperator, PDFOperatorNames as Ops, type PDFPage, PDFString, rgb,
} from 'pdf-lib';
import { markArtifacts } from './artifacts.js';
import { sRgbProfile } from './icc.js';
import { addSignatureField, type SignatureFacts } from './signature-field.js';
import { xmpPacket } from './xmp.js';

export interface PostProcessOptions {
  readonly title: string;
  readonly lang: string;
  /** every date in the file */
  readonly at: Date;
  readonly reportId: string;
  /** sha256 hex of the data that the report shows */
  readonly contentHash: string;
  readonly font: Uint8Array;
  /** leaves room for a signature, to be filled by sign.ts; null for an unsigned file */
  readonly signature: SignatureFacts | null;
}

export interface PostProcessed {
  readonly pdf: Uint8Array;
  readonly pages: number;
  /** what stands in the foot of each page, in order */
  readonly feet: readonly string[];
}

const MAKER = 'Plumbline';
const FOOT_SIZE = 7.5;
const FOOT_BASELINE = 26;
const FOOT_MARGIN = 45;
const FOOT_COLOUR = rgb(0.29, 0.33, 0.37);

export async function postProcess(pdf: Uint8Array, options: PostProcessOptions): Promise<PostProcessed> {
  const doc = await PDFDocument.load(pdf, { updateMetadata: false });
  doc.registerFontkit(fontkit);
  const font = await doc.embedFont(options.font, { subset: true });
  doc.getPages().forEach(markArtifacts);
  const feet = doc.getPages().map((page, index) => stampFoot(page, font, footTexts(options, index + 1, doc.getPageCount())));
  describe(doc, options);
  declareColours(doc);
  declareAccess(doc, options);
  fixIdentity(doc, options);
  // last: the field must be the last object of the file, so that no earlier text can be taken for it
  await doc.flush();
  if (options.signature !== null) addSignatureField(doc, options.signature, options.at);
  const saved = await doc.save({ useObjectStreams: false, updateFieldAppearances: false });
  return { pdf: saved, pages: doc.getPageCount(), feet };
}

interface FootTexts {
  readonly left: string;
  readonly right: string;
}

function footTexts(options: PostProcessOptions, page: number, pages: number): FootTexts {
  return { left: `${MAKER} · report ${options.reportId} · content sha256 ${options.contentHash.slice(0, 16)}`, right: `Page ${page} of ${pages}` };
}

/** Page furniture is an artifact: a reading aid passes over it. */
function stampFoot(page: PDFPage, font: PDFFont, texts: FootTexts): string {
  const style = { font, size: FOOT_SIZE, color: FOOT_COLOUR, y: FOOT_BASELINE };
  const properties = page.doc.context.obj({ Type: 'Pagination', Subtype: 'Footer' });
  page.pushOperators(PDFOperator.of(Ops.BeginMarkedContentSequence, [PDFName.of('Artifact'), properties.toString()]));
  page.drawText(texts.left, { ...style, x: FOOT_MARGIN });
  page.drawText(texts.right, { ...style, x: page.getWidth() - FOOT_MARGIN - font.widthOfTextAtSize(texts.right, FOOT_SIZE) });
  page.pushOperators(PDFOperator.of(Ops.EndMarkedContent));
  return `${texts.left} ${texts.right}`;
}

function describe(doc: PDFDocument, options: PostProcessOptions): void {
  doc.setTitle(options.title, { showInWindowTitleBar: true });
  doc.setAuthor(MAKER);
  doc.setCreator(MAKER);
  doc.setProducer(MAKER);
  doc.setCreationDate(options.at);
  doc.setModificationDate(options.at);
  const packet = xmpPacket({ title: options.title, author: MAKER, producer: MAKER, lang: options.lang, documentId: identity(options), at: options.at });
  const stream = doc.context.stream(new TextEncoder().encode(packet), { Type: 'Metadata', Subtype: 'XML' });
  doc.catalog.set(PDFName.of('Metadata'), doc.context.register(stream));
}

function declareColours(doc: PDFDocument): void {
  const profile = doc.context.register(doc.context.flateStream(sRgbProfile(), { N: 3, Alternate: 'DeviceRGB' }));
  const intent = doc.context.obj({
    Type: 'OutputIntent', S: 'GTS_PDFA1', DestOutputProfile: profile,
    OutputConditionIdentifier: PDFString.of('sRGB'), Info: PDFString.of('sRGB IEC61966-2.1'), RegistryName: PDFString.of('http://www.color.org'),
  });
  doc.catalog.set(PDFName.of('OutputIntents'), doc.context.obj([doc.context.register(intent)]));
}

function declareAccess(doc: PDFDocument, options: PostProcessOptions): void {
  doc.setLanguage(options.lang);
  doc.catalog.set(PDFName.of('MarkInfo'), doc.context.obj({ Marked: true }));
  const structure = doc.catalog.lookup(PDFName.of('StructTreeRoot'), PDFDict);
  structure.set(PDFName.of('RoleMap'), doc.context.obj({ Strong: 'Span', Em: 'Span' }));
  for (const page of doc.getPages()) {
    page.node.set(PDFName.of('Tabs'), PDFName.of('S'));
    for (const link of annotations(page)) describeLink(doc.context, link);
  }
}

function annotations(page: PDFPage): PDFDict[] {
  const list = page.node.Annots();
  if (!(list instanceof PDFArray)) return [];
  return list.asArray().map((entry) => page.doc.context.lookup(entry)).filter((entry) => entry instanceof PDFDict);
}

/** A link without a description fails PDF/UA; its address is the honest one. */
function describeLink(context: PDFContext, link: PDFDict): void {
  if (link.has(PDFName.of('Contents'))) return;
  const action = link.lookupMaybe(PDFName.of('A'), PDFDict);
  const target = action?.lookup(PDFName.of('URI'));
  const text = target instanceof PDFString || target instanceof PDFHexString ? target.decodeText() : 'Place in this report';
  link.set(PDFName.of('Contents'), PDFHexString.fromText(text));
  link.set(PDFName.of('F'), context.obj(4));
}

function fixIdentity(doc: PDFDocument, options: PostProcessOptions): void {
  const id = PDFHexString.of(identity(options));
  doc.context.trailerInfo.ID = doc.context.obj([id, id]);
}

/** 16 bytes from what the report is about, so that the same report has the same identity. */
function identity(options: PostProcessOptions): string {
  return createHash('sha256').update(`${options.reportId}\n${options.contentHash}`).digest('hex').slice(0, 32);
}
