/** Derives the facts about one step that checks and drift rely on. Owns the vocabulary of src/model/resource.ts; rules are data (steps.yaml). */
import type { JsonValue } from '../../model/resource.js';
import { asList, asText, isBlank, isObject, membersBut } from '../expressions/scope.js';
import type { JsonObject, Scope, Value } from '../expressions/scope.js';
import type { CompiledStep, StepRules } from '../manifest/step-rules.js';
import { isRedacted } from '../redact/marks.js';
import { newReading, readAddress } from './addresses.js';
import { modulesIn } from './code.js';

export interface StepInput {
  readonly rule: CompiledStep;
  readonly rules: StepRules;
  readonly scope: Scope;
  /** the parameters as the native step holds them; code is taken from here */
  readonly parameters: JsonValue;
  readonly reached: boolean;
}

function putText(into: JsonObject, name: string, value: Value): void {
  const text = asText(value);
  if (text !== undefined && text !== '') into[name] = text;
}

const NONE: readonly string[] = [];

function addressFacts({ rule, rules, scope }: StepInput, into: JsonObject): readonly string[] {
  if (rule.urls.length === 0 && rule.hosts.length === 0 && rule.facts.clearText === undefined) return NONE;
  const reading = newReading();
  for (const url of rule.urls) for (const value of asList(url(scope))) readAddress(value, reading, rules.references);
  if (!reading.any) for (const host of rule.hosts) reading.hosts.add(host);
  const hosts = [...reading.hosts].sort();
  if (hosts.length > 0) into['hosts'] = hosts;
  if (reading.dynamic) into['dynamicHost'] = true;
  const declared = rule.facts.clearText?.(scope);
  // where the rule is there and cannot tell, an address without a scheme does not say it either
  const isTold = rule.facts.clearText === undefined ? reading.any && (reading.clearText || !reading.hidden) : declared !== undefined || reading.clearText;
  if (isTold) into['clearText'] = reading.clearText || (declared === true && (hosts.length > 0 || reading.dynamic));
  return hosts;
}

function credentialFacts(value: Value, into: JsonObject): void {
  if (value === undefined) return;
  const references = asList(value).filter(isObject).map((entry) => ({ type: asText(entry['type']) ?? '', id: asText(entry['id']) ?? '', name: asText(entry['name']) ?? '' }));
  if (references.length > 0) into['credentials'] = references;
}

/** The code and the parameters without it. A whole-value secret in place of code is no code. */
function codeFacts({ rule, parameters, scope }: StepInput, into: JsonObject): JsonValue {
  if (rule.code.length === 0 || !isObject(parameters)) return parameters;
  const fields = rule.code.filter((field) => Object.hasOwn(parameters, field) && typeof parameters[field] === 'string');
  const texts = fields.map((field) => parameters[field] as string).filter((text) => text !== '');
  if (texts.length > 0) into['code'] = texts.join('\n');
  const modules = new Set(texts.flatMap((text) => modulesIn(text, languageOf(rule, parameters))));
  for (const name of asList(rule.facts.modules?.(scope))) if (typeof name === 'string' && name !== '') modules.add(name);
  if (modules.size > 0) into['modules'] = [...modules].sort();
  return fields.length === 0 ? parameters : membersBut(parameters, new Set(fields));
}

function languageOf(rule: CompiledStep, parameters: JsonObject): CompiledStep['language'] {
  return /^python/i.test(asText(parameters['language']) ?? '') ? 'python' : rule.language;
}

/** Where the platform reads a text as an expression only behind a mark, a reference in any other text is just a word. */
function isRead(text: string, { begins, holds }: NonNullable<StepRules['expressionMarks']>): boolean {
  return begins.some((mark) => text.startsWith(mark)) || holds.some((mark) => text.includes(mark));
}

function takesData(value: Value, rules: StepRules): boolean {
  if (typeof value === 'string') {
    return rules.dataReferences.some((reference) => value.includes(reference)) && (rules.expressionMarks === null || isRead(value, rules.expressionMarks));
  }
  if (typeof value !== 'object' || value === null || isRedacted(value)) return false;
  return Object.values(value).some((member) => takesData(member, rules));
}

function untrusted({ rule, rules, scope, reached }: StepInput, into: JsonObject): void {
  if (rule.sinks.length === 0 && !rule.facts.implicitSink) return;
  const implicit = rule.facts.implicitSink?.(scope);
  const open = rule.sinks.some((sink) => takesData(sink(scope), rules)) || implicit === true;
  if (reached && !open && rule.facts.implicitSink && implicit === undefined) return;
  into['untrustedInput'] = reached && open;
}

function aiFacts({ rule, rules, scope }: StepInput, hosts: readonly string[], into: JsonObject): void {
  const byHost = hosts.length === 0 ? null : hosts.map((host) => rules.aiProvider(host)).find((name) => name !== null);
  const isAi = rule.class === 'ai-model' || rule.class === 'ai-agent' || rule.class === 'ai-tool';
  const provider = isAi ? rule.provider : byHost;
  if (provider === undefined || provider === null) return;
  const model = asText(rule.facts.model?.(scope));
  into['ai'] = { provider, model: model === undefined || model === '' ? null : model };
}

/** Puts derived properties into `facts`, in the order of the vocabulary, and gives the parameters that are left. */
export function deriveFacts(input: StepInput, facts: JsonObject): JsonValue {
  const { rule, scope } = input;
  const hosts = addressFacts(input, facts);
  for (const name of ['tlsVerify', 'public'] as const) {
    const value = rule.facts[name]?.(scope);
    if (typeof value === 'boolean') facts[name] = value;
  }
  for (const name of ['authentication', 'path', 'method', 'corsOrigins'] as const) putText(facts, name, rule.facts[name]?.(scope));
  const parameters = codeFacts(input, facts);
  aiFacts(input, hosts, facts);
  untrusted(input, facts);
  for (const [name, expression] of rule.extra) {
    const value = expression(scope);
    if (!isBlank(value)) facts[name] = value!;
  }
  credentialFacts(rule.facts.credentials?.(scope), facts);
  return parameters;
}

export { credentialFacts };
