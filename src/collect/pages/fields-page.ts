/** The reference of all fields of manifest.yaml and steps.yaml, generated from their schemas. Owns its form. Pure. */
import { z } from 'zod';
import { STEP_CLASSES } from '../../model/resource.js';
import { Manifest } from '../manifest/schema.js';
import { StepsFile } from '../manifest/steps-schema.js';
import { meaningOf } from './field-meanings.js';
import { VOCABULARY } from './vocabulary.js';

interface Node {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly items?: Node;
  readonly additionalProperties?: Node | boolean;
  readonly anyOf?: readonly Node[];
  readonly oneOf?: readonly Node[];
  readonly $ref?: string;
}

const EXPRESSION = 'A path (`owner.name`';

function isExpression(node: Node): boolean {
  return node.description?.startsWith(EXPRESSION) === true || (node.anyOf?.length === 2 && node.anyOf[0]?.type === 'string' && node.anyOf[1]?.type === 'object' && node.anyOf[1].properties === undefined);
}

function choices(node: Node): readonly Node[] {
  return node.oneOf ?? node.anyOf ?? [];
}

function typeOf(node: Node): string {
  if (node.const !== undefined) return `\`${String(node.const)}\``;
  if (node.enum) return node.enum.length > 20 ? 'one of the [classes](#vocabulary)' : node.enum.map((each) => `\`${String(each)}\``).join(', ');
  if (isExpression(node)) return 'expression';
  if (node.$ref !== undefined) return 'any value';
  if (choices(node).length > 0) return choices(node).some((each) => each.properties) ? 'one of the forms below' : [...new Set(choices(node).map(typeOf))].join(' or ');
  if (node.type === 'array') return `list of ${node.items ? typeOf(node.items) : 'values'}`;
  if (node.properties) return 'object';
  if (node.type === 'object') return typeof node.additionalProperties === 'object' ? `map of ${typeOf(node.additionalProperties)}` : 'map';
  return Array.isArray(node.type) ? node.type.join(' or ') : node.type === 'string' ? 'text' : node.type === 'integer' ? 'whole number' : node.type === 'boolean' ? 'true or false' : String(node.type ?? 'any value');
}

function defaultOf(node: Node, required: boolean): string {
  if (node.default !== undefined) {
    const text = JSON.stringify(node.default);
    return text === '{}' || text === '[]' || text.length > 60 ? 'empty' : `\`${text}\``;
  }
  return required ? 'required' : '';
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

function row(path: string, node: Node, required: boolean): string {
  const told = isExpression(node) && node.description?.startsWith(EXPRESSION) === true ? '' : node.description ?? '';
  return `| \`${path}\` | ${cell(typeOf(node))} | ${cell(defaultOf(node, required))} | ${cell(told === '' ? meaningOf(path) : told)} |`;
}

/** Rows of an object's members and of everything below them. A form of several is named by its constant (`kind: cursor`). */
function rowsOf(node: Node, path: string): string[] {
  // a host, and each of several ways, signs in by the same forms as the manifest
  if (isExpression(node) || path === 'hosts.<name>.auth' || path === 'auth (kind: choice).of.<name>') return [];
  const named = Object.entries(node.properties ?? {}).flatMap(([name, member]) => {
    const at = path === '' ? name : `${path}.${name}`;
    return [row(at, member, node.required?.includes(name) === true && member.default === undefined), ...rowsOf(member, at)];
  });
  const forms = choices(node).filter((each) => each.properties).flatMap((form) => {
    const [name, mark] = Object.entries(form.properties!).find(([, member]) => member.const !== undefined) ?? [];
    const rest = Object.fromEntries(Object.entries(form.properties!).filter(([each]) => each !== name));
    const title = name === undefined ? '' : `(${name}: ${String(mark!.const)})`;
    return [...(mark?.description ? [`| \`${path} ${title}\` | | | ${cell(mark.description)} |`] : []), ...rowsOf({ ...form, properties: rest }, `${path} ${title}`.trim())];
  });
  const list = node.items ? rowsOf(node.items, `${path}[]`) : [];
  const map = typeof node.additionalProperties === 'object' ? rowsOf(node.additionalProperties, `${path}.<name>`) : [];
  return [...named, ...forms, ...list, ...map];
}

const HEAD = ['| field | value | default | meaning |', '|---|---|---|---|'];

/** Plain fields in one table, then one table for each field that holds others. */
function sections(schema: z.ZodType, level: string): string[] {
  const whole = z.toJSONSchema(schema, { io: 'input' }) as Node;
  const members = Object.entries(whole.properties ?? {}).map(([name, node]) => ({ name, own: row(name, node, whole.required?.includes(name) === true), below: rowsOf(node, name) }));
  const plain = members.filter(({ below }) => below.length === 0);
  return [
    ...HEAD, ...plain.map(({ own }) => own), '',
    ...members.filter(({ below }) => below.length > 0).flatMap(({ name, own, below }) => [`${level} ${name}`, '', ...HEAD, own, ...below, '']),
  ];
}

function vocabularyLines(): string[] {
  const rows = Object.entries(VOCABULARY).filter(([kind]) => kind !== 'entry-point' && kind !== 'ai-step')
    .flatMap(([kind, words]) => words.map(({ name, meaning, checked }) => `| ${kind === 'step' ? '`step`, `entry-point`, `ai-step`' : `\`${kind}\``} | \`${name}\` | ${checked ? 'yes' : ''} | ${cell(meaning)} |`));
  return [
    '## Vocabulary', '',
    'What properties of resources are called. Any other name may be told too: it is kept and compared, and no shipped check looks at it. Write only what the platform tells.', '',
    '| kind | property | a check looks at it | meaning |', '|---|---|---|---|', ...rows, '',
    `Classes of steps (\`class\` in \`steps.yaml\`): ${STEP_CLASSES.map((name) => `\`${name}\``).join(', ')}. A type that no rule describes is \`other\`.`, '',
  ];
}

export function fieldsPage(): string {
  return [
    '# Fields of a manifest', '',
    '<!-- Generated by `node scripts/connector-pages.mjs` from the schemas in src/collect/manifest. -->', '',
    'Everything that may stand in `manifest.yaml` and `steps.yaml`. An editor that knows YAML schemas completes and checks it by the first line of the file. What an *expression* is: [language.md](language.md). A first connector step by step: [your-own-platform.md](your-own-platform.md).', '',
    '## manifest.yaml', '', ...sections(Manifest, '###'),
    '## steps.yaml', '', 'What each native step type does. `types` by the native name; `shapes` are shared by `use`.', '', ...sections(StepsFile, '###'),
    ...vocabularyLines(),
  ].join('\n').replaceAll(/\n{3,}/g, '\n\n').trim() + '\n';
}
