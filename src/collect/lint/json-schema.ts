/** JSON Schema of manifests and step catalogues, for editors. Owns the generated text; scripts/connector-pages.mjs writes it. */
import { z } from 'zod';
import { Manifest } from '../manifest/schema.js';
import { StepsFile } from '../manifest/steps-schema.js';

function schemaText(schema: z.ZodType, title: string): string {
  return `${JSON.stringify({ title, ...z.toJSONSchema(schema, { io: 'input' }) }, null, 1)}\n`;
}

/** File name below packs/connectors -> content. */
export function connectorSchemas(): Readonly<Record<string, string>> {
  return { 'schema.json': schemaText(Manifest, 'Plumbline connector manifest'), 'steps-schema.json': schemaText(StepsFile, 'Plumbline step types of a connector') };
}
