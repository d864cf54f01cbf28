/** Tells that a type needs a field that the person left empty. Owns only that: an optional field left empty is no fault of anybody. Pure. */
import { asText } from '../expressions/scope.js';
import type { CompiledResource, Connector } from '../manifest/connector.js';
import { chosenWay } from '../manifest/sign-ins.js';
import type { PageEnd } from './pages.js';
import type { Values } from './places.js';

function pathOf({ rule }: CompiledResource): string {
  return rule.get ?? rule.readOnlyPost?.path ?? rule.job?.start ?? rule.job?.submit?.path ?? '';
}

/** A login decides by itself what to do without a name: some platforms ask for none. */
function signInOf({ rule }: CompiledResource, { manifest }: Connector, fields: Values): string {
  const auth = chosenWay(manifest.hosts[rule.host]?.auth ?? manifest.auth, fields);
  return auth.kind === 'login' ? '' : JSON.stringify(auth);
}

/** null = go on; a field that must be given is told where the request is built */
export function emptyFieldEnd(resource: CompiledResource, connector: Connector, fields: Values): PageEnd | null {
  const needed = `${pathOf(resource)} ${signInOf(resource, connector, fields)}`;
  const field = connector.secretFields.find(({ name, required, kind }) => !required && kind !== 'password' && needed.includes(`{${name}}`) && (asText(fields[name]) ?? '') === '');
  return field ? { state: 'unavailable', reason: `nothing was given as "${field.label}"`, missing: null } : null;
}
