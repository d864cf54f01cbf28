/** Owns: reading and deploying the flows of a Node-RED we run ourselves. Does not own: scanning; a scan goes through collect and cannot write. */
import type { FlowItem } from './flow-nodes.js';

export interface NodeRedAdmin {
  readonly url: string;
  /** A token of a user with all rights. */
  readonly token: string;
}

export interface FlowSet {
  readonly flows: FlowItem[];
  /** Node-RED's fingerprint of the flows; a deploy that names an old one is refused. */
  readonly rev: string;
}

export type DeployKind = 'full' | 'nodes' | 'flows' | 'reload';

/** One call of the admin API; throws with the status, never with the body. */
export async function callNodeRed(admin: NodeRedAdmin, method: string, path: string, extra: { body?: unknown; headers?: Record<string, string> } = {}): Promise<unknown> {
  const answer = await fetch(`${admin.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${admin.token}`,
      accept: 'application/json',
      'content-type': 'application/json',
      'node-red-api-version': 'v2',
      ...extra.headers,
    },
    ...(extra.body === undefined ? {} : { body: JSON.stringify(extra.body) }),
    signal: AbortSignal.timeout(60_000),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`Node-RED answered ${answer.status} to ${method} ${path}`);
  return text === '' ? null : JSON.parse(text);
}

export async function readFlows(admin: NodeRedAdmin): Promise<FlowSet> {
  return (await callNodeRed(admin, 'GET', '/flows')) as FlowSet;
}

/** Replaces all flows, as the editor's Deploy does. */
export async function deployFlows(admin: NodeRedAdmin, flows: readonly FlowItem[], kind: DeployKind = 'full'): Promise<string> {
  const { rev } = await readFlows(admin);
  const headers = { 'node-red-deployment-type': kind };
  const answer = (await callNodeRed(admin, 'POST', '/flows', { body: { flows, rev }, headers })) as { rev: string };
  return answer.rev;
}
