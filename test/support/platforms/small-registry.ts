/** Owns: an npm registry on loopback with one small package in it. Does not own: the npm that asks it. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface SmallRegistry {
  readonly url: string;
  /** How often the package itself was asked for. */
  readonly downloads: () => number;
  /** While true, the package is promised and never delivered. */
  stall: boolean;
  stop(): Promise<void>;
}

export const SMALL_PACKAGE = { name: 'plumbline-small', version: '1.0.0' };

export async function startSmallRegistry(): Promise<SmallRegistry> {
  const tarball = await packed();
  const { name, version } = SMALL_PACKAGE;
  let downloads = 0;
  const server = createServer((request, response) => {
    if (request.url?.endsWith('.tgz') === true) {
      downloads += 1;
      if (registry.stall) response.writeHead(200, { 'content-length': tarball.length }).write(tarball.subarray(0, 20));
      else response.end(tarball);
      return;
    }
    if (!request.url?.startsWith(`/${name}`)) return void response.writeHead(404).end('{}');
    const dist = { tarball: `${registry.url}/${name}/-/${name}-${version}.tgz` };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ name, 'dist-tags': { latest: version }, versions: { [version]: { name, version, dist } } }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const registry: SmallRegistry = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    downloads: () => downloads,
    stall: false,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return registry;
}

async function packed(): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'plumbline-small-'));
  try {
    await mkdir(join(folder, 'package'));
    await writeFile(join(folder, 'package', 'package.json'), JSON.stringify(SMALL_PACKAGE));
    await promisify(execFile)('tar', ['-czf', 'small.tgz', 'package'], { cwd: folder });
    return await readFile(join(folder, 'small.tgz'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
