/** Turns a graph into resources: workflows, their steps, shared configuration. Owns keys, names, locations and evidence of these. */
import type { JsonValue, Resource } from '../../model/resource.js';
import { NO_NODES, asText, isBlank, isObject } from '../expressions/scope.js';
import type { JsonObject, Scope, Value } from '../expressions/scope.js';
import { withAttached } from '../graph/attach.js';
import { flatById } from '../graph/flat-by-id.js';
import { nestedByName } from '../graph/nested-by-name.js';
import { tree } from '../graph/tree.js';
import { UNREAD } from '../graph/types.js';
import type { Graph, GraphContext, GraphNode, GraphWorkflow, SourceItem, Unread } from '../graph/types.js';
import type { CompiledGraph, Connector } from '../manifest/connector.js';
import { isRedacted } from '../redact/marks.js';
import { putInlineSecrets } from './inline-secrets.js';
import { observation } from './observed.js';
import { credentialFacts, deriveFacts } from './step-facts.js';

export interface EmitSetting {
  readonly connector: Connector;
  readonly layout: CompiledGraph;
  readonly variables: Readonly<Record<string, Value>>;
  readonly file: string | null;
  readonly suffix: string;
}

function evaluateInto(into: JsonObject, expressions: readonly (readonly [string, (scope: Scope) => Value])[], scope: Scope): void {
  for (const [name, expression] of expressions) {
    const value = expression(scope);
    if (value !== undefined && value !== null) into[name] = value;
  }
}

/** A name that itself was a secret is not shown. */
function nameOf(value: Value, fallback: string): string {
  return isRedacted(value) ? '(redacted name)' : (asText(value) ?? '') || fallback;
}

function workflowResources(workflow: GraphWorkflow, setting: EmitSetting): Resource[] {
  const { layout, file } = setting;
  const scope: Scope = { root: workflow.native, variables: setting.variables, nodes: NO_NODES };
  const properties: JsonObject = { ...(workflow.enabled === undefined ? {} : { enabled: workflow.enabled }), ...(workflow.stepCount === null ? {} : { stepCount: workflow.stepCount }) };
  if (workflow.published !== undefined) properties['published'] = workflow.published;
  if (workflow.draftDiffers !== undefined) properties['draftDiffers'] = workflow.draftDiffers;
  evaluateInto(properties, layout.workflow.properties, scope);
  if (workflow.own) putInlineSecrets(properties, workflow.own);
  else putInlineSecrets(properties, workflow.native, OWN_SECRETS_SKIP);
  if (workflow.stepCount !== null) properties['edges'] = workflow.edges as unknown as JsonValue[];
  const resource: Resource = { kind: 'workflow', key: workflow.key, name: workflow.name, properties, location: { file, workflow: workflow.name, step: null }, evidence: workflow.evidence };
  return [resource, ...observation(resource, layout.workflow.observed, scope)];
}
/** secrets inside steps are told at the step */
const OWN_SECRETS_SKIP = new Set(['nodes', 'activeVersion', 'connections', 'shared']);

/** What its steps have in common; each puts itself at the root. */
function stepsScope(workflow: GraphWorkflow, graph: Graph, setting: EmitSetting): Scope {
  return { root: undefined, variables: { ...setting.variables, workflow: workflow.native }, nodes: workflow.nodesById ?? graph.nodesById };
}

function stepScope(node: GraphNode, { variables, nodes }: Scope): Scope {
  return { root: node.native, variables: node.variables ?? variables, nodes };
}

function stepResource(node: GraphNode, workflow: GraphWorkflow, { scope, type }: { scope: Scope; type: string }, setting: EmitSetting): Resource {
  const { connector, layout } = setting;
  const { step } = layout;
  const rule = connector.steps.ruleFor(type);
  const name = nameOf(step.name(scope), type);
  const off = step.disabled(scope) === true || (workflow.stepsFollow && workflow.enabled === false);
  const typeVersion = asText(step.typeVersion?.(scope));
  const common = { class: rule.class, enabled: !off, workflow: workflow.key, workflowName: workflow.name, version: node.version };
  const properties: JsonObject = typeVersion === undefined ? { type, ...common } : { type, typeVersion, ...common };
  const given = step.parameters(scope) ?? {};
  const parameters = deriveFacts({ rule, rules: connector.steps, scope, parameters: given, reached: node.reached }, properties);
  if (properties['credentials'] === undefined) credentialFacts(step.credentials?.(scope), properties);
  const onError = asText(step.onError?.(scope));
  if (onError !== undefined) properties['onError'] = onError;
  evaluateInto(properties, step.extra, scope);
  putInlineSecrets(properties, node.native);
  properties['parameters'] = parameters;
  connector.steps.watch?.({ key: node.key, type, rule, scope, parameters: given, properties });
  return { kind: rule.kind, key: node.key, name, properties, location: { file: setting.file, workflow: workflow.name, step: name }, evidence: node.evidence };
}

function sharedResource(entry: Graph['shared'][number], graph: Graph, setting: EmitSetting): Resource | null {
  const { connector, layout } = setting;
  if (layout.layout !== 'flat-by-id') return null;
  const scope: Scope = { root: entry.native, variables: setting.variables, nodes: graph.nodesById };
  const type = asText(layout.step.type(scope)) ?? 'unknown';
  const rule = connector.steps.ruleFor(type);
  const name = nameOf(layout.shared.name(scope), type);
  const properties: JsonObject = { type, enabled: true };
  const parameters = deriveFacts({ rule, rules: connector.steps, scope, parameters: layout.shared.parameters(scope) ?? {}, reached: false }, properties);
  putInlineSecrets(properties, entry.native);
  properties['parameters'] = parameters as JsonValue;
  return { kind: layout.rule.shared.kind, key: entry.key, name, properties, location: { file: setting.file, workflow: null, step: name }, evidence: entry.evidence };
}

function drawn(items: readonly SourceItem[], layout: CompiledGraph, context: GraphContext): Graph {
  if (layout.layout === 'nested-by-name') return nestedByName(items, layout, context);
  if (layout.layout === 'flat-by-id') return flatById(items, layout, context);
  return tree(withAttached(items, layout, context.variables['all']), layout, context);
}

export function drawGraph(items: readonly SourceItem[], { connector, layout, suffix, variables }: EmitSetting): Graph {
  return drawn(items, layout, { suffix, variables, isOutside: (type) => connector.steps.ruleFor(type).outside });
}

/** A text that was a secret is no object either. */
function hasOtherShape(scope: Scope, { step }: CompiledGraph): boolean {
  return step.objects.some(({ take, orNull, when }) => {
    if (when && when(scope) !== true) return false;
    const found = take(scope);
    return found !== undefined && (found === null ? !orNull : !isObject(found) || isRedacted(found));
  });
}

/** Takes the steps of one workflow as they are reached, and tells each of their flaws once. */
function flawsOf(layout: CompiledGraph): { look: (scope: Scope, type: string | undefined) => void; readonly found: () => Unread[] } {
  const found = new Set<Unread>();
  return {
    look: (scope, type) => {
      if (isBlank(type) && layout.layout !== 'flat-by-id') found.add(UNREAD.type);
      if (hasOtherShape(scope, layout)) found.add(UNREAD.settings);
    },
    found: () => [...found],
  };
}

/** What of the native items is not, or not wholly, in the graph: one for each. */
export function unreadIn(graph: Graph, setting: EmitSetting): Unread[] {
  const { layout } = setting;
  return [...graph.unread, ...graph.workflows.flatMap((workflow) => {
    const common = stepsScope(workflow, graph, setting);
    const flaws = flawsOf(layout);
    for (const node of workflow.nodes) { const scope = stepScope(node, common); flaws.look(scope, asText(layout.step.type(scope))); }
    return flaws.found();
  })];
}

/** `unread` takes what unreadIn tells. */
export function graphResources(graph: Graph, setting: EmitSetting, unread: Unread[]): Resource[] {
  const resources: Resource[] = [];
  unread.push(...graph.unread);
  for (const workflow of graph.workflows) {
    resources.push(...workflowResources(workflow, setting));
    const common = stepsScope(workflow, graph, setting);
    const flaws = flawsOf(setting.layout);
    for (const node of workflow.nodes) {
      const scope = stepScope(node, common);
      const type = asText(setting.layout.step.type(scope));
      flaws.look(scope, type);
      resources.push(stepResource(node, workflow, { scope, type: type ?? 'unknown' }, setting));
    }
    unread.push(...flaws.found());
  }
  for (const entry of graph.shared) {
    const resource = sharedResource(entry, graph, setting);
    if (resource) resources.push(resource);
  }
  return resources.filter((resource) => !isBlank(resource.key) && resource.key !== 'workflow:');
}
