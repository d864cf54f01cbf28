/** What a person chooses of a manifest: the way to sign in, and what an option stands for. Owns that both fit their field. Pure. */
import type { AuthRule, SignInRule } from './auth-schema.js';
import type { Manifest } from './schema.js';
import { manifestError } from './yaml-file.js';
import type { YamlSource } from './yaml-file.js';

/** All ways of one `auth`. */
export function waysOf(auth: SignInRule): readonly AuthRule[] {
  return auth.kind === 'choice' ? Object.values(auth.of) : [auth];
}

/** All ways of the manifest and its hosts. */
export function allWaysOf({ auth, hosts }: Pick<Manifest, 'auth' | 'hosts'>): readonly AuthRule[] {
  return [auth, ...Object.values(hosts).flatMap((host) => host.auth ?? [])].flatMap(waysOf);
}

/** The way that the person chose; keys stored before there was a choice are for the first. The same object each time. */
export function chosenWay(auth: SignInRule, given: Readonly<Record<string, unknown>>): AuthRule {
  if (auth.kind !== 'choice') return auth;
  const chosen = given[auth.by];
  return (typeof chosen === 'string' && Object.hasOwn(auth.of, chosen) ? auth.of[chosen] : undefined) ?? Object.values(auth.of)[0]!;
}

function checkChoice({ secretFields }: Manifest, source: YamlSource, { at, auth }: { at: readonly PropertyKey[]; auth: SignInRule | undefined }): void {
  if (auth?.kind !== 'choice') return;
  const field = secretFields.find(({ name, kind }) => name === auth.by && kind === 'choice');
  const ways = Object.keys(auth.of);
  const same = field?.options !== undefined && field.options.length === ways.length && field.options.every((option, index) => option === ways[index]);
  if (ways.length === 0 || !same) throw manifestError(source, at, `the ways to sign in (${ways.join(', ') || 'none'}) must be the options of the field ${auth.by}, in the same order; it must be of kind choice`);
}

function checkMeanings({ secretFields }: Manifest, source: YamlSource): void {
  secretFields.forEach(({ name, kind, options, means }, index) => {
    if (means === undefined) return;
    const at = ['secretFields', index, 'means'];
    const same = kind === 'choice' && options !== undefined && options.join('\n') === Object.keys(means).join('\n');
    if (!same) throw manifestError(source, at, `what ${name} stands for must be said for exactly its options, in the same order; it must be of kind choice`);
    const names = Object.keys(means[options[0]!]!).sort().join(', ');
    const other = options.find((option) => Object.keys(means[option]!).sort().join(', ') !== names);
    if (other !== undefined) throw manifestError(source, [...at, other], `it must name ${names}, as the other options do`);
    const field = secretFields.find((each) => Object.hasOwn(means[options[0]!]!, each.name));
    if (field) throw manifestError(source, at, `${field.name} is a field already`);
  });
}

/** Throws PLB-COLLECT-011 with file and line. */
export function checkChoices(manifest: Manifest, source: YamlSource): void {
  checkMeanings(manifest, source);
  checkChoice(manifest, source, { at: ['auth'], auth: manifest.auth });
  for (const [name, { auth }] of Object.entries(manifest.hosts)) checkChoice(manifest, source, { at: ['hosts', name, 'auth'], auth });
}
