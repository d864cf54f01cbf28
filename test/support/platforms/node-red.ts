/**
 * Owns: a real Node-RED of a test's own, and the changes a person makes on it. Does not own: the flows (the demo's, unless
 * the test brings others).
 *
 * Every change goes through Node-RED's admin API, as the editor's do. The process ends with `stop()`, and also by itself when
 * the test process dies.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoFlows } from '../../../src/runtime/demo/flows.js';
import { idOf, type FlowItem } from '../../../src/runtime/demo/flow-nodes.js';
import { installNodeRed, nodeRedToken, startNodeRed, type RunningNodeRed } from '../../../src/runtime/demo/node-red.js';
import { callNodeRed, deployFlows, readFlows, type FlowSet, type NodeRedAdmin } from '../../../src/runtime/demo/node-red-admin.js';
import type { SignIn } from '../../../src/runtime/demo/node-red-access.js';

export { idOf as demoId } from '../../../src/runtime/demo/flow-nodes.js';

export interface NodeRedApi {
  getFlows(): Promise<FlowSet>;
  /** All flows replaced, as Deploy in the editor. Credentials of nodes sent without a `credentials` map stay. */
  deploy(flows: readonly FlowItem[]): Promise<void>;
  /** The very same flows deployed again. */
  noOpSave(): Promise<void>;
  /** What the real editor sends when nothing was edited: other array order, the name of the global settings dropped. */
  redeployReordered(): Promise<void>;
  moveNode(id: string, x: number, y: number): Promise<void>;
  /** Drags the first node that stands somewhere. */
  moveAnyNode(): Promise<void>;
  /** Changes properties of one node, tab or configuration node. */
  change(id: string, properties: Readonly<Record<string, unknown>>): Promise<void>;
  remove(id: string): Promise<void>;
  /** A new request node to this address on the given tab; returns its id. */
  addHost(url: string, tabId?: string): Promise<string>;
  /** A new tab with one endpoint anybody may call; returns the tab's id. */
  addOpenEndpoint(path: string): Promise<string>;
  rotateCredential(id: string, credentials: Readonly<Record<string, string>>): Promise<void>;
  setState(state: 'start' | 'stop'): Promise<void>;
  /** Presses the button of an inject node. */
  press(injectId: string): Promise<void>;
}

/** What people do all day that changes nothing: a save without an edit, a redeploy in another order, a drag. */
export function idleActs({ noOpSave, redeployReordered, moveAnyNode }: NodeRedApi): readonly (() => Promise<void>)[] {
  return [noOpSave, redeployReordered, moveAnyNode];
}

export interface TestNodeRed {
  readonly url: string;
  readonly port: number;
  readonly version: string;
  readonly reader: SignIn;
  readonly admin: SignIn;
  readonly pid: number;
  readonly folder: string;
  readonly api: NodeRedApi;
  stop(): Promise<void>;
  /** Stops it and starts it again on the same folder and port; the returned one replaces this. */
  restart(): Promise<TestNodeRed>;
}

export interface TestNodeRedOptions {
  readonly flows?: readonly FlowItem[] | undefined;
  readonly nodeArgs?: readonly string[] | undefined;
  /** Another version than the demo's, and the node that it needs. */
  readonly version?: string | undefined;
  readonly node?: string | undefined;
  readonly folder?: string | undefined;
  readonly port?: number | undefined;
}

/** Installs (once per user), starts on a free port in a temporary folder, and fills it. */
export async function startTestNodeRed(options: TestNodeRedOptions = {}): Promise<TestNodeRed> {
  const installFolder = await installNodeRed({ version: options.version });
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'plumbline-node-red-')));
  try {
    const { port, nodeArgs, node } = options;
    const running = await startNodeRed({ folder, installFolder, port, nodeArgs, node });
    return await seedOrStop(running, folder, options);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function seedOrStop(running: RunningNodeRed, folder: string, options: TestNodeRedOptions): Promise<TestNodeRed> {
  try {
    const { username: user, password } = running.access.admin;
    const admin = { url: running.url, token: await nodeRedToken({ url: running.url, user, password, scope: '*' }) };
    const fresh = (await readFlows(admin)).flows.every((item) => item.type === 'tab');
    if (fresh) await deployFlows(admin, options.flows ?? demoFlows());
    return describe(running, admin, { ...options, folder });
  } catch (error) {
    await running.stop();
    throw error;
  }
}

function describe(running: RunningNodeRed, admin: NodeRedAdmin, options: TestNodeRedOptions & { folder: string }): TestNodeRed {
  const { url, port, version, access } = running;
  return {
    url, port, version,
    reader: access.reader,
    admin: access.admin,
    pid: running.process.pid,
    folder: options.folder,
    api: nodeRedApi(admin),
    stop: async () => {
      await running.stop();
      await rm(options.folder, { recursive: true, force: true, maxRetries: 3 });
    },
    restart: async () => {
      await running.stop();
      return startTestNodeRed({ ...options, port });
    },
  };
}

/** The same changes on any Node-RED one holds an administrator's token of. */
export function nodeRedApi(admin: NodeRedAdmin): NodeRedApi {
  const edit = async (change: (flows: FlowItem[]) => FlowItem[]): Promise<void> => {
    const { flows } = await readFlows(admin);
    await deployFlows(admin, change(flows));
  };
  const change: NodeRedApi['change'] = (id, properties) => edit((flows) => changed(flows, id, properties));
  return {
    getFlows: () => readFlows(admin),
    deploy: async (flows) => void (await deployFlows(admin, flows)),
    noOpSave: () => edit((flows) => flows),
    redeployReordered: () => edit(asEditorSends),
    moveNode: (id, x, y) => change(id, { x, y }),
    moveAnyNode: () => edit((flows) => {
      const first = flows.find((item) => typeof item['x'] === 'number');
      if (!first) throw new Error('no node stands anywhere');
      return flows.map((item) => (item === first ? { ...item, x: 999, y: 999 } : item));
    }),
    change,
    remove: (id) => edit((flows) => without(flows, id)),
    addHost: async (url, tabId = idOf('stock')) => {
      const added = requestNode(url, tabId);
      await edit((flows) => [...flows, added]);
      return added.id;
    },
    addOpenEndpoint: async (path) => {
      const added = openEndpoint(path);
      await edit((flows) => [...flows, ...added]);
      return added[0]!.id;
    },
    rotateCredential: (id, credentials) => change(id, { credentials }),
    setState: async (state) => void (await callNodeRed(admin, 'POST', '/flows/state', { body: { state } })),
    press: async (injectId) => {
      const answer = await fetch(`${admin.url}/inject/${injectId}`, { method: 'POST', headers: { authorization: `Bearer ${admin.token}` } });
      if (!answer.ok) throw new Error(`the inject node ${injectId} cannot be pressed: ${answer.status}`);
    },
  };
}

function changed(flows: FlowItem[], id: string, properties: Readonly<Record<string, unknown>>): FlowItem[] {
  if (!flows.some((item) => item.id === id)) throw new Error(`no item ${id} in the flows`);
  return flows.map((item) => (item.id === id ? { ...item, ...properties } : item));
}

function without(flows: FlowItem[], id: string): FlowItem[] {
  const wires = (item: FlowItem) => (item['wires'] as string[][] | undefined)?.map((output) => output.filter((target) => target !== id));
  return flows
    .filter((item) => item.id !== id && item['z'] !== id)
    .map((item) => (item['wires'] === undefined ? item : { ...item, wires: wires(item) }));
}

function asEditorSends(flows: FlowItem[]): FlowItem[] {
  const rank = (item: FlowItem): number => (item.type === 'tab' ? 0 : item.type === 'subflow' ? 1 : item['z'] === undefined ? 2 : 3);
  const named = flows.map((item) => (item.type === 'global-config' ? dropName(item) : item));
  return named.toReversed().sort((a, b) => rank(a) - rank(b));
}

function dropName({ name: _dropped, ...rest }: FlowItem): FlowItem {
  return rest as FlowItem;
}

let added = 0;

function requestNode(url: string, tabId: string): FlowItem {
  added += 1;
  return {
    id: idOf(`added ${added} ${Date.now()}`), type: 'http request', z: tabId, name: `New host ${added}`, method: 'GET', ret: 'txt', paytoqs: 'ignore', url, tls: '',
    persist: false, proxy: '', insecureHTTPParser: false, authType: '', senderr: false, headers: [], x: 240, y: 300 + 60 * added, wires: [[]],
  };
}

function openEndpoint(path: string): FlowItem[] {
  added += 1;
  const [tabId, inId, outId] = ['tab', 'in', 'out'].map((part) => idOf(`added ${part} ${added} ${Date.now()}`)) as [string, string, string];
  return [
    { id: tabId, type: 'tab', label: `Added flow ${added}`, disabled: false, info: '', env: [] },
    { id: inId, type: 'http in', z: tabId, name: 'Open', url: path, method: 'get', upload: false, skipBodyParsing: false, swaggerDoc: '', x: 120, y: 80, wires: [[outId]] },
    { id: outId, type: 'http response', z: tabId, name: '', statusCode: '200', headers: {}, x: 320, y: 80, wires: [] },
  ];
}
