/**
 * Finding a Chromium that runs on this machine. Owns: the order of the ways, the proof that it runs, unpacking ours.
 * Does not own: making PDFs (src/report/chromium.ts).
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';
import { PlumblineError } from '../model/errors.js';
import { findProgram, runCommand } from './run-command.js';
import { unpackTar } from './tar.js';

export interface ChromiumInstall {
  readonly executablePath: string;
  /** For the launch: what this build needs beyond the caller's own. */
  readonly args: readonly string[];
  readonly headless: true | 'shell';
  /** Added to the environment of the browser only; ours stays as it is. */
  readonly env: Readonly<Record<string, string>>;
  readonly source: 'setting' | 'installed' | 'puppeteer' | 'npm package';
  readonly version: string;
}

export interface ChromiumOptions {
  readonly explicitPath?: string | null;
  readonly cacheFolder: string;
  readonly env?: NodeJS.ProcessEnv;
  /** False: unpack nothing (doctor). */
  readonly unpack?: boolean;
}

const INSTALLED = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome-headless-shell', 'microsoft-edge-stable'];
const INSTALLED_PATHS = [
  '/usr/lib/chromium/chromium', '/opt/google/chrome/chrome', '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** Chromium does not start as root with its sandbox, nor where user namespaces are refused; its pages are locked down otherwise. */
function sandboxArgs(): string[] {
  return process.getuid?.() === 0 ? ['--no-sandbox'] : [];
}

async function versionOf(executablePath: string, env: Readonly<Record<string, string>> = {}): Promise<string | null> {
  const answer = await runCommand(executablePath, ['--version', ...sandboxArgs()], { deadlineMs: 15_000, env: { ...process.env, ...env } });
  return answer.ok ? (/(\d+(?:\.\d+){1,3})/.exec(answer.output)?.[1] ?? null) : null;
}

async function proven(executablePath: string, source: ChromiumInstall['source']): Promise<ChromiumInstall | null> {
  const version = await versionOf(executablePath);
  if (version === null) return null;
  const headless = /headless-shell/.test(executablePath) ? 'shell' : true;
  return { executablePath, args: sandboxArgs(), headless, env: {}, source, version };
}

async function fromSetting(path: string): Promise<ChromiumInstall> {
  const found = findProgram(path);
  const install = found === null ? null : await proven(found, 'setting');
  if (install === null) throw new PlumblineError('PLB-START-006', `PUPPETEER_EXECUTABLE_PATH names ${path}, which is not a Chromium that runs.`, { path });
  return install;
}

async function fromMachine(env: NodeJS.ProcessEnv): Promise<ChromiumInstall | null> {
  const candidates = [...INSTALLED.map((name) => findProgram(name, env['PATH'])), ...INSTALLED_PATHS.filter((path) => existsSync(path))];
  for (const candidate of candidates) {
    const install = candidate === null ? null : await proven(candidate, 'installed');
    if (install !== null) return install;
  }
  return null;
}

/** Puppeteer's own cache: `<cache>/<browser>/<system>-<version>/<folder>/<program>`; newest first. */
async function fromPuppeteer(env: NodeJS.ProcessEnv): Promise<ChromiumInstall | null> {
  const cache = env['PUPPETEER_CACHE_DIR'] ?? join(env['HOME'] ?? '/', '.cache', 'puppeteer');
  for (const [browser, program] of [['chrome', 'chrome'], ['chrome-headless-shell', 'chrome-headless-shell']] as const) {
    const builds = listFolder(join(cache, browser)).sort().reverse();
    for (const build of builds) {
      const inner = listFolder(join(cache, browser, build)).map((folder) => join(cache, browser, build, folder, program)).find((file) => existsSync(file));
      const install = inner === undefined ? null : await proven(inner, 'puppeteer');
      if (install !== null) return install;
    }
  }
  return null;
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

const inflate = promisify(brotliDecompress);

function packageFolder(): string | null {
  try {
    const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium');
    let folder = dirname(entry);
    while (!existsSync(join(folder, 'bin', 'chromium.br'))) {
      if (dirname(folder) === folder) return null;
      folder = dirname(folder);
    }
    return folder;
  } catch {
    return null;
  }
}

/** The package's own list looks in the cloud's folders only; a bare machine has no list at all. */
function fontSettings(target: string): string {
  const folders = [join(target, 'fonts', 'fonts'), '/usr/share/fonts', '/usr/local/share/fonts'];
  const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig>\n${folders.map((folder) => `  <dir>${escaped(folder)}</dir>\n`).join('')}  <cachedir>${escaped(join(target, 'fonts-cache'))}</cachedir>\n</fontconfig>\n`;
}

/**
 * The package's own loader unpacks into the machine's temporary folder, changes our environment, and does both only when
 * it takes the machine for a certain cloud. Its archives are plain, so they are unpacked here, once, into the cache.
 */
async function unpackInto(bin: string, target: string): Promise<void> {
  mkdirSync(dirname(target), { recursive: true });
  const unfinished = mkdtempSync(`${target}-`);
  try {
    writeFileSync(join(unfinished, 'chromium'), await inflate(readFileSync(join(bin, 'chromium.br'))), { mode: 0o755 });
    for (const [archive, folder] of [['al2023.tar.br', ''], ['fonts.tar.br', 'fonts'], ['swiftshader.tar.br', '']] as const) {
      unpackTar(await inflate(readFileSync(join(bin, archive))), join(unfinished, folder));
    }
    writeFileSync(join(unfinished, 'fonts', 'fonts.conf'), fontSettings(target));
    rmSync(target, { recursive: true, force: true });
    renameSync(unfinished, target);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

function libraryFolder(target: string): string {
  return [join(target, 'al2023', 'lib'), join(target, 'lib')].find((folder) => existsSync(folder)) ?? target;
}

async function fromPackage(options: ChromiumOptions): Promise<ChromiumInstall | null> {
  const folder = process.platform === 'linux' && process.arch === 'x64' ? packageFolder() : null;
  if (folder === null) return null;
  const { version: packageVersion } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  const target = join(options.cacheFolder, `chromium-${packageVersion}-${process.platform}-${process.arch}`);
  const executablePath = join(target, 'chromium');
  if (!existsSync(executablePath)) {
    if (options.unpack === false) return { executablePath, args: [], headless: 'shell', env: {}, source: 'npm package', version: packageVersion };
    await unpackInto(join(folder, 'bin'), target);
  }
  const env = { LD_LIBRARY_PATH: [libraryFolder(target), process.env['LD_LIBRARY_PATH']].filter(Boolean).join(':'), FONTCONFIG_PATH: join(target, 'fonts') };
  const version = await versionOf(executablePath, env);
  // This build needs --no-zygote and --no-sandbox; it is one process per page otherwise.
  return version === null ? null : { executablePath, args: ['--no-sandbox', '--no-zygote', '--disable-gpu', '--font-render-hinting=none'], headless: 'shell', env, source: 'npm package', version };
}

/** In order: the setting, an installed one, Puppeteer's cache, the npm package. Each is proven by running it. PLB-START-006 when none runs. */
export async function resolveChromium(options: ChromiumOptions): Promise<ChromiumInstall> {
  const env = options.env ?? process.env;
  if (options.explicitPath) return fromSetting(options.explicitPath);
  const found = (await fromMachine(env)) ?? (await fromPuppeteer(env)) ?? (await fromPackage(options));
  if (found === null) throw new PlumblineError('PLB-START-006', 'No Chromium was found that runs on this machine.');
  return found;
}
