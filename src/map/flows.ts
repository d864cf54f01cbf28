/** Data flows as observed: which step of which workflow talks to which host. Owns nothing of vendors or countries. */
import type { JsonValue, Resource, ResourceKind } from '../model/resource.js';
import type { DataFlow } from '../model/snapshot.js';

const STEP_KINDS: ReadonlySet<ResourceKind> = new Set(['step', 'entry-point', 'ai-step']);

/** Takes resources one by one, in any order. */
export interface FlowGatherer {
  /** `again` gives the resource once more: whom a step without an address talks to is known when all connections are */
  add(resource: Resource, again: () => Resource): void;
  flows(): DataFlow[];
}

/**
 * One flow per workflow name, step name and host; sorted, unique. A step without an address of its own talks to the hosts of
 * the connections (brokers, servers) that its settings refer to.
 */
export function gatherFlows(): FlowGatherer {
  const found = new Map<string, DataFlow>();
  const connections = new Map<string, string[]>();
  const others: (() => Resource)[] = [];
  const put = (step: Resource, hosts: readonly string[]): void => {
    const { workflowName } = step.properties;
    const workflow = typeof workflowName === 'string' ? workflowName : '';
    for (const host of hosts) {
      const key = JSON.stringify([workflow, step.name, host]);
      if (!found.has(key)) found.set(key, { workflow, step: step.name, host, location: step.location });
    }
  };
  return {
    add(resource, again) {
      if (resource.kind === 'connector') noteConnection(resource, connections);
      if (!STEP_KINDS.has(resource.kind)) return;
      const own = texts(resource.properties['hosts']);
      if (own.length > 0) put(resource, own);
      else others.push(again);
    },
    flows() {
      for (const again of connections.size === 0 ? [] : others) {
        const step = again();
        put(step, texts(step.properties['parameters']).flatMap((id) => connections.get(id) ?? []));
      }
      return [...found.values()].sort((a, b) => compareText(a.workflow, b.workflow) || compareText(a.step, b.step) || compareText(a.host, b.host));
    },
  };
}

/** The same of resources that are all there. */
export function deriveFlows(resources: readonly Resource[]): DataFlow[] {
  const gatherer = gatherFlows();
  for (const resource of resources) gatherer.add(resource, () => resource);
  return gatherer.flows();
}

/** By the key of the connection and by its last part, which is the id that the platform's own configuration uses. */
function noteConnection({ key, properties }: Resource, connections: Map<string, string[]>): void {
  const hosts = texts(properties['hosts']);
  if (hosts.length > 0) for (const id of [key, key.split(/[/:#]/).at(-1)!]) connections.set(id, hosts);
}

function texts(value: JsonValue | undefined): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return (Array.isArray(value) ? value : Object.values(value)).flatMap(texts);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
