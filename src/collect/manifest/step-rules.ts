/** Compiles steps.yaml: what each native step type does and where its facts stand. Owns look-up by type, shape and prefix. */
import type { JsonValue, StepClass } from '../../model/resource.js';
import { ExpressionError, createCompiler } from '../expressions/compile.js';
import type { CompileSetting } from '../expressions/compile.js';
import type { Expression, Scope } from '../expressions/scope.js';
import type { Language } from '../emit/code.js';
import { referenceMarks } from '../redact/references.js';
import type { References } from '../redact/references.js';
import type { StepRule, StepsFile } from './steps-schema.js';

export interface CompiledStep {
  readonly class: StepClass;
  readonly kind: 'step' | 'entry-point' | 'ai-step';
  readonly hosts: readonly string[];
  readonly provider: string | null;
  readonly urls: readonly Expression[];
  readonly code: readonly string[];
  readonly language: Language;
  readonly sinks: readonly Expression[];
  readonly outside: boolean;
  readonly facts: Readonly<Partial<Record<FactName, Expression>>>;
  readonly extra: readonly (readonly [string, Expression])[];
  /** as written, shapes laid in */
  readonly written: StepRule;
}

/** One step, as its rule meets it: what a test of a connector looks at. */
export interface SeenStep {
  /** of its resource */
  readonly key: string;
  readonly type: string;
  readonly rule: CompiledStep;
  readonly scope: Scope;
  readonly parameters: JsonValue;
  /** what came of it */
  readonly properties: Readonly<Record<string, JsonValue>>;
}

const FACTS = ['model', 'clearText', 'tlsVerify', 'authentication', 'credentials', 'modules', 'path', 'method', 'public', 'corsOrigins', 'implicitSink'] as const;
type FactName = (typeof FACTS)[number];

export interface StepRules {
  ruleFor(type: string): CompiledStep;
  readonly dataReferences: readonly string[];
  /** those of `dataReferences` that stand in brackets */
  readonly references: References;
  /** null = a reference counts wherever it stands in a text */
  readonly expressionMarks: { readonly begins: readonly string[]; readonly holds: readonly string[] } | null;
  /** the AI provider that answers at this host, null for any other host */
  aiProvider(host: string): string | null;
  /** false for what only a prefix catches, or nothing */
  isListed(type: string): boolean;
  /** false where no rule fits: nobody has said what the type does */
  isDescribed(type: string): boolean;
  /** told of each step; only tests listen */
  readonly watch?: ((step: SeenStep) => void) | undefined;
  readonly count: number;
  /** the rules as written: what they take from other lists is read off them */
  readonly sources?: Pick<StepsFile, 'types' | 'prefixes' | 'shapes'>;
}

const ENTRY_CLASSES = new Set<StepClass>(['webhook', 'form', 'chat']);
const AI_CLASSES = new Set<StepClass>(['ai-model', 'ai-agent']);

function kindOf(stepClass: StepClass, rule: StepRule): CompiledStep['kind'] {
  if (rule.kind) return rule.kind;
  if (ENTRY_CLASSES.has(stepClass)) return 'entry-point';
  return AI_CLASSES.has(stepClass) ? 'ai-step' : 'step';
}

function compileRule(rule: StepRule, compiler: ReturnType<typeof createCompiler>, at: string): CompiledStep {
  const stepClass = rule.class ?? 'other';
  const compileAll = (sources: readonly JsonValue[] | undefined, field: string): Expression[] => (sources ?? []).map((source, index) => compiler.compile(source, `${at}.${field}[${index}]`));
  const facts: Partial<Record<FactName, Expression>> = {};
  for (const name of FACTS) {
    const source = rule[name];
    if (source !== undefined) facts[name] = compiler.compile(source, `${at}.${name}`);
  }
  return {
    class: stepClass,
    kind: kindOf(stepClass, rule),
    hosts: rule.hosts ?? [],
    provider: rule.provider ?? null,
    urls: compileAll(rule.urls, 'urls'),
    code: rule.code ?? [],
    language: rule.language ?? 'javascript',
    sinks: compileAll(rule.sinks, 'sinks'),
    outside: rule.outside ?? (ENTRY_CLASSES.has(stepClass)),
    facts,
    extra: Object.entries(rule.extra ?? {}).map(([name, source]) => [name, compiler.compile(source, `${at}.extra.${name}`)] as const),
    written: rule,
  };
}

/** `*` in a name stands for any text; a name without one is looked up first. */
function providerFinder(hosts: Readonly<Record<string, JsonValue>>): StepRules['aiProvider'] {
  const patterns = Object.entries(hosts).filter(([name]) => name.includes('*')).map(([name, provider]) => ({ head: name.split('*')[0]!, tail: name.split('*')[1]!, provider }));
  const textOf = (provider: JsonValue | undefined): string | null => (typeof provider === 'string' ? provider : null);
  return (host) => {
    if (Object.hasOwn(hosts, host)) return textOf(hosts[host]);
    return textOf(patterns.find(({ head, tail }) => host.length > head.length + tail.length && host.startsWith(head) && host.endsWith(tail))?.provider);
  };
}

/** Throws ExpressionError with the place in steps.yaml. Every rule is compiled now, so that a bad one shows at load. */
export function compileSteps(file: StepsFile, setting: CompileSetting = {}): StepRules {
  const compiler = createCompiler(file.tables, setting);
  const merged = (rule: StepRule, at: string): StepRule => {
    if (rule.use === undefined) return rule;
    const shape = file.shapes[rule.use];
    if (!shape) throw new ExpressionError(`${at}.use`, `there is no shape named ${rule.use}`);
    return { ...merged(shape, `shapes.${rule.use}`), ...rule };
  };
  const compiled = (rule: StepRule, at: string): CompiledStep => compileRule(merged(rule, at), compiler, at);
  const types = new Map(Object.entries(file.types).map(([type, rule]) => [type, compiled(rule, `types.${type}`)]));
  const prefixes = Object.entries(file.prefixes).map(([prefix, rule]) => [prefix, compiled(rule, `prefixes.${prefix}`)] as const);
  const other = compileRule({ class: 'other' }, compiler, 'other');
  const remembered = new Map<string, CompiledStep>();
  const known = (type: string): CompiledStep | undefined => types.get(type) ?? file.sameWithout.filter((ending) => type.endsWith(ending)).map((ending) => types.get(type.slice(0, -ending.length))).find((rule) => rule !== undefined);
  const search = (type: string): CompiledStep => known(type) ?? prefixes.find(([prefix]) => type.startsWith(prefix))?.[1] ?? other;
  const ruleFor = (type: string): CompiledStep => {
    let rule = remembered.get(type);
    if (!rule) remembered.set(type, (rule = search(type)));
    return rule;
  };
  return {
    dataReferences: file.dataReferences,
    references: { marks: referenceMarks(file.dataReferences), read: file.expressionMarks ?? null },
    expressionMarks: file.expressionMarks ?? null,
    aiProvider: providerFinder(file.tables['aiHosts'] ?? {}),
    isListed: (type) => known(type) !== undefined,
    isDescribed: (type) => ruleFor(type) !== other,
    count: types.size,
    sources: { types: file.types, prefixes: file.prefixes, shapes: file.shapes },
    ruleFor,
  };
}
