import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readJson } from '../../../src/runtime/atomic-file.js';
import { installPackage } from '../../../src/runtime/demo/npm-install.js';
import { processStartMark } from '../../../src/runtime/process-identity.js';
import { SMALL_PACKAGE, startSmallRegistry, type SmallRegistry } from '../../support/platforms/small-registry.js';

let registry: SmallRegistry;
let base: string;
let folder: string;

beforeEach(async () => {
  registry = await startSmallRegistry();
  base = await mkdtemp(join(tmpdir(), 'plumbline-install-'));
  folder = join(base, `${SMALL_PACKAGE.name}-1.0.0`);
});

afterEach(async () => {
  await registry.stop();
  await rm(base, { recursive: true, force: true, maxRetries: 5 });
});

function install(from = registry.url, onProgress?: (message: string) => void) {
  const env = { npm_config_registry: from, npm_config_cache: join(base, 'npm-cache') };
  return installPackage({ ...SMALL_PACKAGE, title: 'Small', cacheFolder: base, env, ...(onProgress === undefined ? {} : { onProgress }) });
}

const installedVersion = async (): Promise<string> =>
  (JSON.parse(await readFile(join(folder, 'node_modules', SMALL_PACKAGE.name, 'package.json'), 'utf8')) as { version: string }).version;

describe('installing a platform from npm', () => {
  it('puts it in the folder once and asks nobody the second time', async () => {
    await install();
    const downloads = registry.downloads();

    await install();

    expect(await installedVersion()).toBe('1.0.0');
    expect(downloads).toBe(1);
    expect(registry.downloads()).toBe(1);
    expect(readdirSync(folder).sort()).toEqual(['node_modules', 'package.json']);
  });

  it('leaves alone what else lies in the cache folder', async () => {
    await writeFile(join(base, 'of-somebody-else'), 'keep me');

    await install();

    expect(await readFile(join(base, 'of-somebody-else'), 'utf8')).toBe('keep me');
  });

  it('lets the second of two wait for the first', async () => {
    const said: string[] = [];
    const listen = (message: string): void => void said.push(message);

    await Promise.all([install(registry.url, listen), install(registry.url, listen)]);

    expect(await installedVersion()).toBe('1.0.0');
    expect(registry.downloads()).toBe(1);
    expect(said).toContain('Waiting for another install of Small');
  });

  it('leaves nothing that looks finished when it is killed, and the next one clears up after it', async () => {
    registry.stall = true;
    const script = join(import.meta.dirname, '../../support/platforms/install-parent.ts');
    const parent = spawn(process.execPath, ['--import', 'tsx', script, base, registry.url, join(base, 'npm-cache')], { stdio: 'ignore' });
    await expect.poll(() => registry.downloads(), { timeout: 20_000 }).toBe(1);
    const npm = readJson<{ npm: { pid: number; startMark: string } }>(join(`${folder}.installing`, 'owner.json'))!.npm;
    const wasRunning = processStartMark(npm.pid) === npm.startMark;

    parent.kill('SIGKILL');
    const halfDone = existsSync(folder);
    registry.stall = false;
    await install();

    expect(wasRunning).toBe(true);
    expect(halfDone).toBe(false);
    expect(await installedVersion()).toBe('1.0.0');
    expect(existsSync(`${folder}.installing`)).toBe(false);
    expect(processStartMark(npm.pid)).not.toBe(npm.startMark);
  });

  it('says that the registry cannot be reached, and leaves nothing behind', async () => {
    const failure = install('http://127.0.0.1:9');

    await expect(failure).rejects.toMatchObject({ code: 'PLB-START-011', retryable: true });
    expect(existsSync(folder)).toBe(false);
    expect(existsSync(`${folder}.installing`)).toBe(false);
  });

  it('says that the cache folder cannot be written', async () => {
    await writeFile(join(base, 'a-file'), '');

    const failure = installPackage({ ...SMALL_PACKAGE, title: 'Small', cacheFolder: join(base, 'a-file') });

    await expect(failure).rejects.toMatchObject({ code: 'PLB-START-009' });
  });

  it('names the log when the package cannot be had', async () => {
    const failure = installPackage({ ...SMALL_PACKAGE, version: '9.9.9', title: 'Small', cacheFolder: base, env: { npm_config_registry: registry.url, npm_config_cache: join(base, 'npm-cache') } });

    const log = join(base, `${SMALL_PACKAGE.name}-9.9.9.log`);
    await expect(failure).rejects.toMatchObject({ code: 'PLB-START-012', details: { log } });
    expect(await readFile(log, 'utf8')).toContain('9.9.9');
  });
});
