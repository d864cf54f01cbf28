/** Which of a manifest's ways to sign in holds. Owns the choice, and that it fits the field by which a person chooses. Pure. */
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

/** Throws PLB-COLLECT-011 with file and line. */
export function checkChoices(manifest: Manifest, source: YamlSource): void {
  checkChoice(manifest, source, { at: ['auth'], auth: manifest.auth });
  for (const [name, { auth }] of Object.entries(manifest.hosts)) checkChoice(manifest, source, { at: ['hosts', name, 'auth'], auth });
}
