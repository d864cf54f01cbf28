/** Data flows as observed: which step of which workflow talks to which host. Owns nothing of vendors or countries. */
import type { JsonValue, Resource, ResourceKind } from '../model/resource.js';
import type { DataFlow } from '../model/snapshot.js';

const STEP_KINDS: ReadonlySet<ResourceKind> = new Set(['step', 'entry-point', 'ai-step']);

/**
 * One flow per workflow name, step name and host; sorted, unique. A step without an address of its own talks to the hosts of
 * the connections (brokers, servers) that its settings refer to.
 */
export function deriveFlows(resources: readonly Resource[]): DataFlow[] {
  const connections = hostsOfConnections(resources);
  const flows = new Map<string, DataFlow>();
  for (const resource of resources) {
    if (!STEP_KINDS.has(resource.kind)) continue;
    const { workflowName } = resource.properties;
    const workflow = typeof workflowName === 'string' ? workflowName : '';
    for (const host of hostsOf(resource, connections)) {
      const key = JSON.stringify([workflow, resource.name, host]);
      if (!flows.has(key)) flows.set(key, { workflow, step: resource.name, host, location: resource.location });
    }
  }
  return [...flows.values()].sort((a, b) => compareText(a.workflow, b.workflow) || compareText(a.step, b.step) || compareText(a.host, b.host));
}

function hostsOf(step: Resource, connections: ReadonlyMap<string, string[]>): string[] {
  const own = texts(step.properties['hosts']);
  if (own.length > 0 || connections.size === 0) return own;
  return texts(step.properties['parameters']).flatMap((id) => connections.get(id) ?? []);
}

/** By the key of the connection and by its last part, which is the id that the platform's own configuration uses. */
function hostsOfConnections(resources: readonly Resource[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { kind, key, properties } of resources) {
    const hosts = texts(properties['hosts']);
    if (kind === 'connector' && hosts.length > 0) for (const id of [key, key.split(/[/:#]/).at(-1)!]) found.set(id, hosts);
  }
  return found;
}

function texts(value: JsonValue | undefined): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return (Array.isArray(value) ? value : Object.values(value)).flatMap(texts);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
