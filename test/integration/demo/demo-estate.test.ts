import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { idOf as demoId } from '../../../src/runtime/demo/flow-nodes.js';
import { demoFlows } from '../../../src/runtime/demo/flows.js';
import { removeDemoEstate, startDemoEstate, wasDemoRemoved, type DemoEstate } from '../../../src/runtime/demo/index.js';
import { installNodeRed, nodeRedToken } from '../../../src/runtime/demo/node-red.js';
import { deployFlows, readFlows, type NodeRedAdmin } from '../../../src/runtime/demo/node-red-admin.js';
import { answers, freePort } from '../../../src/runtime/ports.js';
import { processStartMark } from '../../../src/runtime/process-identity.js';

let home: string;
let port: number;
const running: DemoEstate[] = [];

// Half a minute the first time, which no single test should pay for.
beforeAll(async () => void (await installNodeRed()));

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'plumbline-demo-'));
  port = await freePort();
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((estate) => estate.stop()));
  await rm(home, { recursive: true, force: true, maxRetries: 3 });
});

async function start(): Promise<DemoEstate> {
  const estate = await startDemoEstate({ home, port });
  running.push(estate);
  return estate;
}

async function asAdmin({ url, admin }: DemoEstate): Promise<NodeRedAdmin> {
  return { url, token: await nodeRedToken({ url, user: admin.username, password: admin.password, scope: '*' }) };
}

async function asReader({ url, secret }: DemoEstate): Promise<NodeRedAdmin> {
  return { url, token: await nodeRedToken({ url, user: secret.username, password: secret.password, scope: 'read' }) };
}

describe('the demo estate', () => {
  it('comes up filled, lets the reader read and nothing else, and is gone after stop', async () => {
    const estate = await start();

    const reader = await asReader(estate);
    const { flows } = await readFlows(reader);
    const write = await deployFlows(reader, []).catch((error: Error) => error.message);
    const anonymous = await fetch(`${estate.url}/flows`);
    await estate.stop();

    expect(flows.map((item) => item.id).sort()).toEqual(demoFlows().map((item) => item.id).sort());
    expect(write).toBe('Node-RED answered 401 to POST /flows');
    expect(anonymous.status).toBe(401);
    expect(processStartMark(estate.pid)).toBeNull();
    expect(await answers(port)).toBe(false);
  });

  it('keeps what its person made of it over a restart, on the same address and with the same passwords', async () => {
    const first = await start();
    const edited = demoFlows().map((item) => (item.id === demoId('stock.board') ? { ...item, url: 'https://moved.example.org/lots' } : item));
    await deployFlows(await asAdmin(first), edited);
    await first.stop();

    const second = await start();
    const { flows } = await readFlows(await asReader(second));

    expect(flows.find((item) => item.id === demoId('stock.board'))).toMatchObject({ url: 'https://moved.example.org/lots' });
    expect({ url: second.url, secret: second.secret, admin: second.admin }).toEqual({ url: first.url, secret: first.secret, admin: first.admin });
  });

  it('does not bring back flows that its person deleted', async () => {
    const first = await start();
    await deployFlows(await asAdmin(first), []);
    await first.stop();

    const { flows } = await readFlows(await asReader(await start()));

    expect(flows).toEqual([]);
  });

  it('keeps credentials sealed, and shows only the secret that somebody typed into code', async () => {
    const estate = await start();

    const shown = JSON.stringify((await readFlows(await asReader(estate))).flows);
    const stored = await readFile(join(home, 'demo', 'node-red', 'flows.json'), 'utf8');
    const sealed = await readFile(join(home, 'demo', 'node-red', 'flows_cred.json'), 'utf8');

    const secrets = JSON.stringify(demoFlows()).match(/"demo-[a-z]+-(password|token|key)"/g) ?? [];
    expect(secrets.length).toBeGreaterThanOrEqual(6);
    expect(secrets.filter((secret) => shown.includes(secret) || stored.includes(secret) || sealed.includes(secret))).toEqual([]);
    expect(shown).toContain('npk_live_');
  });

  it('keeps its passwords for the owner of the folder alone', async () => {
    await start();

    const modes = await Promise.all(['access.json', 'settings.cjs'].map(async (name) => (await stat(join(home, 'demo', 'node-red', name))).mode & 0o777));

    expect(modes).toEqual([0o600, 0o600]);
  });

  it('comes up in a folder of a checkout whose package.json speaks of ES modules', async () => {
    await writeFile(join(home, 'package.json'), '{"type":"module"}');

    const estate = await start();

    expect((await readFlows(await asReader(estate))).flows.length).toBe(demoFlows().length);
  });

  it('takes another port when its own is taken meanwhile', async () => {
    const first = await start();
    await first.stop();
    const stranger = createServer().listen(port, '127.0.0.1');
    await once(stranger, 'listening');

    const second = await startDemoEstate({ home });
    running.push(second);
    stranger.close();

    expect(second.url).not.toBe(first.url);
    expect((await readFlows(await asReader(second))).flows.length).toBe(demoFlows().length);
  });

  it('goes away with its folder when it is removed, and remembers that it was', async () => {
    const estate = await start();

    await removeDemoEstate(home);

    expect(processStartMark(estate.pid)).toBeNull();
    expect(existsSync(join(home, 'demo', 'node-red'))).toBe(false);
    expect(wasDemoRemoved(home)).toBe(true);
    await start();
    expect(wasDemoRemoved(home)).toBe(false);
  });
});

describe('a demo estate whose Plumbline was killed', () => {
  it('ends by itself', async () => {
    const { parent, pid } = await startInOtherProcess();

    parent.kill('SIGKILL');

    await expect.poll(() => processStartMark(pid), { timeout: 10_000 }).toBeNull();
  });

  it('is ended by the next start when it hangs, and its flows are all there', async () => {
    const { parent, pid } = await startInOtherProcess();
    const mark = processStartMark(pid);
    process.kill(pid, 'SIGSTOP');
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    expect(processStartMark(pid)).toBe(mark);

    const estate = await start();

    expect(processStartMark(pid)).not.toBe(mark);
    expect(estate.url).toBe(`http://127.0.0.1:${port}`);
    expect((await readFlows(await asReader(estate))).flows.length).toBe(demoFlows().length);
  });
});

async function startInOtherProcess() {
  const script = join(import.meta.dirname, '../../support/platforms/demo-parent.ts');
  const parent = spawn(process.execPath, ['--import', 'tsx', script, home, String(port)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  return { parent, pid: (JSON.parse(line.toString()) as { pid: number }).pid };
}
