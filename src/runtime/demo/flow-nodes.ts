/** Owns: how one Node-RED node of each type looks as the editor would save it. Does not own: which nodes the demo has. */
import { createHash } from 'node:crypto';

export interface FlowItem {
  readonly id: string;
  readonly type: string;
  readonly [property: string]: unknown;
}

export type Wires = readonly (readonly string[])[];
type Extra = Readonly<Record<string, unknown>>;

/** Where a node stands: the tab (or subflow) it is on and its place there. */
export interface Place {
  readonly on: string;
  readonly x: number;
  readonly y: number;
}

/** Node-RED ids are 16 hexadecimal digits; ours follow from a word, so that the flows read well and stay the same. */
export function idOf(word: string): string {
  return createHash('sha256').update(`plumbline demo: ${word}`).digest('hex').slice(0, 16);
}

export function tab(word: string, label: string, extra: Extra = {}): FlowItem {
  return { id: idOf(word), type: 'tab', label, disabled: false, info: '', env: [], ...extra };
}

/** A node by its word; `to` lists the words of the nodes behind each output. */
export function node(word: string, type: string, at: Place, extra: Extra & { to?: Wires } = {}): FlowItem {
  const { to = [], ...rest } = extra;
  return { id: idOf(word), type, z: idOf(at.on), name: '', ...rest, x: at.x, y: at.y, wires: to.map((output) => output.map(idOf)) };
}

export function config(word: string, type: string, name: string, extra: Extra = {}): FlowItem {
  return { id: idOf(word), type, name, ...extra };
}

/** A start by hand or, with `crontab`, by the clock. Never at start-up. */
export function inject(word: string, at: Place, extra: Extra & { to?: Wires }): FlowItem {
  const own = { props: [{ p: 'payload' }], repeat: '', crontab: '', once: false, onceDelay: 0.1, topic: '', payload: '', payloadType: 'date' };
  return node(word, 'inject', at, { ...own, ...extra });
}

export function code(word: string, at: Place, extra: { name: string; func: string; outputs?: number; to?: Wires }): FlowItem {
  const own = { outputs: 1, timeout: 0, noerr: 0, initialize: '', finalize: '', libs: [] };
  return node(word, 'function', at, { ...own, ...extra });
}

export function httpIn(word: string, at: Place, extra: { name: string; method: string; url: string; to: Wires }): FlowItem {
  return node(word, 'http in', at, { upload: false, skipBodyParsing: false, swaggerDoc: '', ...extra });
}

export function httpResponse(word: string, at: Place, extra: Extra = {}): FlowItem {
  return node(word, 'http response', at, { statusCode: '', headers: {}, ...extra });
}

export function httpRequest(word: string, at: Place, extra: Extra & { to?: Wires }): FlowItem {
  const own = {
    method: 'GET', ret: 'obj', paytoqs: 'ignore', url: '', tls: '', persist: false, proxy: '',
    insecureHTTPParser: false, authType: '', senderr: false, headers: [],
  };
  return node(word, 'http request', at, { ...own, ...extra });
}

export function debug(word: string, at: Place, name: string): FlowItem {
  const own = { active: true, tosidebar: true, console: false, tostatus: false, complete: 'payload', targetType: 'msg', statusVal: '', statusType: 'auto' };
  return node(word, 'debug', at, { ...own, name });
}
