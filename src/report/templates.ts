/**
 * Loads and compiles the report templates, once, and makes a closed HTML page of a model. Owns: escaping rules, helpers, the
 * page frame and its content policy. A template that would insert text unescaped is refused here.
 */
import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import Handlebars from 'handlebars';
import { PlumblineError } from '../model/errors.js';
import { type ReportFonts, loadReportFonts } from './fonts.js';
import { safeUrl } from './safe-url.js';

export type ReportKind = 'scan' | 'assessment';

export interface ReportTemplates {
  readonly html: (kind: ReportKind, model: { readonly lang: string; readonly documentTitle: string }) => string;
}

const HELPERS = {
  href: (address: unknown) => safeUrl(typeof address === 'string' ? address : null) ?? '',
  is: (left: unknown, right: unknown) => left === right,
} as const;

const loaded = new Map<string, Promise<ReportTemplates>>();

/** `root` is the folder that holds `reports/`. */
export function loadReportTemplates(root: string): Promise<ReportTemplates> {
  const known = loaded.get(root);
  if (known !== undefined) return known;
  const loading = readTemplates(path.join(root, 'reports'));
  loaded.set(root, loading);
  loading.catch(() => loaded.delete(root));
  return loading;
}

async function readTemplates(folder: string): Promise<ReportTemplates> {
  const engine = Handlebars.create();
  for (const [name, helper] of Object.entries(HELPERS)) engine.registerHelper(name, helper);
  const knownHelpers = Object.fromEntries(Object.keys(HELPERS).map((name) => [name, true]));
  const options = { strict: true, knownHelpers, knownHelpersOnly: true, explicitPartialContext: false };
  for (const [name, source] of await readFolder(path.join(folder, 'partials'))) engine.registerPartial(name, engine.compile(source, options));
  const pages = new Map((await readFolder(folder)).map(([name, source]) => [name, engine.compile(source, options)]));
  const style = pageStyle(await readFile(path.join(folder, 'report.css'), 'utf8'), await loadReportFonts());
  return {
    html(kind, model) {
      const body = pages.get(kind);
      if (body === undefined) throw new Error(`There is no report template named ${kind}.`);
      return frame({ lang: model.lang, title: model.documentTitle, style, body: body(model) });
    },
  };
}

async function readFolder(folder: string): Promise<[string, string][]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.hbs')).toSorted();
  return Promise.all(names.map(async (name): Promise<[string, string]> => {
    const source = await readFile(path.join(folder, name), 'utf8');
    const fault = templateFault(source);
    if (fault !== null) throw new PlumblineError('PLB-REPORT-001', `The report template ${name} is refused: ${fault}.`);
    return [name.slice(0, -'.hbs'.length), source];
  }));
}

/** Why a template may not be used, or null. Scanned data goes through it, so nothing may pass unescaped. */
export function templateFault(source: string): string | null {
  const tree = JSON.stringify(Handlebars.parseWithoutProcessing(source));
  if (tree.includes('"type":"MustacheStatement","escaped":false') || /"escaped":false/.test(tree)) return 'it inserts text without escaping';
  if (/<(?:script|iframe|object|embed|base|link|meta|style|form|img)\b/i.test(source)) return 'it holds an element that reports have no use for';
  if (/\s(?:on\w+|style|srcdoc)\s*=/i.test(source)) return 'it holds a style or event attribute';
  if (/href="(?!\{\{href |#)/.test(source)) return 'it links without the href helper';
  if (/=\s*\{\{|=\s*'[^']*\{\{/.test(source)) return 'it inserts text into an attribute without double quotes';
  return null;
}

function pageStyle(css: string, fonts: ReportFonts): string {
  const face = (bytes: Uint8Array, weight: number, style: string): string =>
    `@font-face{font-family:"Report";font-weight:${weight};font-style:${style};src:url(data:font/ttf;base64,${Buffer.from(bytes).toString('base64')}) format("truetype")}`;
  return `${face(fonts.regular, 400, 'normal')}${face(fonts.bold, 700, 'normal')}${face(fonts.italic, 400, 'italic')}\n${css}`;
}

interface Frame {
  readonly lang: string;
  readonly title: string;
  readonly style: string;
  readonly body: string;
}

/** Only our own style sheet (by its hash) and fonts inside the page: a style that got in with the data has no effect. */
function frame(page: Frame): string {
  const hash = createHash('sha256').update(page.style).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; font-src data:; base-uri 'none'; form-action 'none'`;
  const escape = Handlebars.escapeExpression;
  return `<!doctype html><html lang="${escape(page.lang)}"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}">`
    + `<title>${escape(page.title)}</title><style>${page.style}</style></head><body>${page.body}</body></html>`;
}
