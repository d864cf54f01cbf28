/** Owns: filling a Langflow with flows built from its own component catalogue. Names and secrets are invented. */
import { callLangflow, type RunningLangflow } from './langflow.js';

interface Component {
  edited?: boolean;
  display_name?: string;
  template: Record<string, { value?: unknown; load_from_db?: boolean }>;
}
type Catalogue = Record<string, Record<string, Component>>;
export interface LangflowNode {
  id: string;
  type: string;
  position: { x: number; y: number };
  data: { id: string; type: string; node: Component };
}
export interface LangflowFlow {
  readonly id: string;
  readonly name: string;
  readonly data: { nodes: LangflowNode[]; edges: unknown[] };
}

export const OPENAI = 'ext:openai:OpenAIModelComponent@official';
export const LITERAL_KEY = 'sk-proj-live0000test0000live0000test0000key1';

export function put<T>(langflow: RunningLangflow, method: 'POST' | 'PATCH' | 'GET', path: string, body?: unknown, key = langflow.apiKey): Promise<T> {
  return callLangflow<T>(langflow.url, { method, path, headers: { 'x-api-key': key }, ...(body === undefined ? {} : { body }) });
}

function nodeOf(catalogue: Catalogue, id: string, type: string, values: Record<string, unknown> = {}): LangflowNode {
  const found = Object.values(catalogue).map((group) => group[type]).find((component) => component?.template !== undefined);
  if (!found) throw new Error(`this Langflow has no component ${type}`);
  const node = structuredClone(found);
  for (const [name, value] of Object.entries(values)) node.template[name] = { ...node.template[name], ...(typeof value === 'object' && value !== null && !Array.isArray(value) ? value : { value }) };
  return { id, type: 'genericNode', position: { x: 10, y: 20 }, data: { id, type, node } };
}

const wire = (source: string, target: string): unknown => ({ id: `${source}-${target}`, source, target, sourceHandle: 'out', targetHandle: 'in', data: {} });

/** Two flows of the administrator and one of the member, with a stored variable. */
export async function seedLangflow(langflow: RunningLangflow): Promise<{ orders: LangflowFlow; desk: LangflowFlow; member: LangflowFlow }> {
  const catalogue = await put<Catalogue>(langflow, 'GET', '/api/v1/all');
  const node = (id: string, type: string, values?: Record<string, unknown>): LangflowNode => nodeOf(catalogue, id, type, values);
  await put(langflow, 'POST', '/api/v1/variables/', { name: 'OPENAI_API_KEY_PROD', value: 'sk-proj-stored0000stored0000stored0000', type: 'Credential', default_fields: [] });
  const custom = node('Custom-1', 'CustomComponent');
  custom.data.node.edited = true;
  custom.data.node.display_name = 'CRM sync';
  custom.data.node.template['code'] = { ...custom.data.node.template['code'], value: 'import requests\n\n\nclass CrmSync:\n    def run(self):\n        return requests.get("https://crm.example.com/v1")\n' };
  const orders = await put<LangflowFlow>(langflow, 'POST', '/api/v1/flows/', {
    name: 'Order intake', webhook: true, endpoint_name: 'orders', mcp_enabled: true,
    data: {
      nodes: [node('Webhook-1', 'Webhook'), node('Request-1', 'APIRequest', { url_input: 'http://crm.example.com/v1' }), node('Model-1', OPENAI, { api_key: { value: 'OPENAI_API_KEY_PROD', load_from_db: true }, model_name: 'gpt-4o' }), node('Model-2', OPENAI, { api_key: { value: LITERAL_KEY, load_from_db: false } })],
      edges: [wire('Webhook-1', 'Request-1'), wire('Request-1', 'Model-1')], viewport: { x: 0, y: 0, zoom: 1 },
    },
  });
  const desk = await put<LangflowFlow>(langflow, 'POST', '/api/v1/flows/', { name: 'Public help desk', access_type: 'PUBLIC', data: { nodes: [node('ChatInput-1', 'ChatInput'), custom, node('ChatOutput-1', 'ChatOutput')], edges: [wire('ChatInput-1', 'ChatOutput-1')], viewport: { x: 0, y: 0, zoom: 1 } } });
  const member = await put<LangflowFlow>(langflow, 'POST', '/api/v1/flows/', { name: 'Of a member', data: { nodes: [node('ChatInput-9', 'ChatInput')], edges: [], viewport: { x: 0, y: 0, zoom: 1 } } }, langflow.memberApiKey);
  return { orders, desk, member };
}
