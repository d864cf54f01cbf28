/** How exported files are recognised and taken apart. Owns the shape of `files`; from the items on, a file is read like an answer. */
import { z } from 'zod';
import { expression } from './expression-schema.js';

const ArchivePart = z.strictObject({
  path: z.string().describe('Which members of the archive: `*` within a folder name, e.g. `Workflows/*.json`.'),
  as: z.enum(['json', 'xml', 'yaml']),
  type: z.string().describe('The resource type that its items are read as.'),
  items: expression.optional().describe('Where the items are; absent = the document is one item. Each item carries the name of its file in the archive as `bound.file`.'),
  listed: z.strictObject({ in: z.string().describe('The type whose items name them.'), name: expression.describe('Where the name of the file stands in such an item.') }).optional().describe('Items of another type of the archive that name files of this kind, as `in: solutionFlows, name: JsonFileName`. A file that is named and not there counts as not read; a `/` before its name does not matter.'),
});

export const FileRule = z.strictObject({
  title: z.string().optional(),
  names: z.array(z.string()).default(['.json']).describe('Ends of file names that are looked at.'),
  listUnder: z.array(z.string()).default([]).describe('The document is one item, or a list of items, or holds them under one of these names.'),
  item: expression.optional().describe('An item is of this platform when this is true.'),
  claims: z.array(expression).default([]).describe('A document claims to be of this platform when any of these is true, even if it is broken.'),
  whole: z.boolean().default(false).describe('The whole list is one document (true), or each item is one (false).'),
  type: z.string().optional().describe('The resource type that an item is read as.'),
  more: z.array(z.strictObject({ items: expression, type: z.string(), optional: z.boolean().default(false).describe('The last part of the path may be absent, and then there are none. Otherwise, and where what leads to it is gone, they count as not read.') })).default([])
    .describe('Further resource types in the same document.'),
  archive: z.strictObject({ claims: z.array(z.string()).min(1).describe('Members that a zip must hold to be of this platform.'), parts: z.array(ArchivePart).min(1) }).optional(),
});
export type FileRule = z.infer<typeof FileRule>;
