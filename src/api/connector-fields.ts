/** What a person gave for a connector, held against what the connector asks for. Owns these checks; the platform itself judges the key. */
import { RE2JS } from 're2js';
import type { Connector, SecretField } from '../collect/index.js';
import { PlumblineError } from '../model/errors.js';
import type { Portal } from './portal.js';

/** A connector that can be connected. */
export function liveConnectorOf(portal: Pick<Portal, 'packs'>, connectorId: string): Connector {
  const connector = portal.packs.connectors.get(connectorId);
  if (!connector) throw new PlumblineError('PLB-COLLECT-010', `There is no connector with the id ${JSON.stringify(connectorId.slice(0, 60))}.`);
  if (connector.liveSource) return connector;
  throw new PlumblineError('PLB-COLLECT-010', `${connector.title} cannot be connected: it is read from exported files, with bin/plumbline scan.`, { connectorId });
}

/** Only fields that the connector names, and all that it needs: a mistyped name must not be stored as a key that nobody uses. */
export function checkedSecret(connector: Connector, given: Readonly<Record<string, string>>): Record<string, string> {
  const unknown = Object.keys(given).find((name) => !connector.secretFields.some((field) => field.name === name));
  if (unknown !== undefined) throw wrongField(unknown, `the connector ${connector.id} does not use it`);
  const secret: Record<string, string> = {};
  for (const field of connector.secretFields) {
    const value = given[field.name]?.trim();
    if (value) secret[field.name] = checkedField(field, value);
    else if (field.required) throw wrongField(field.name, `${field.label} is needed`);
  }
  return secret;
}

/** The value itself never stands in the message: it may be a key in the wrong field. */
function checkedField(field: SecretField, value: string): string {
  if (field.options !== undefined && !field.options.includes(value)) throw wrongField(field.name, `${field.label} must be one of ${field.options.join(', ')}`);
  if (field.pattern !== undefined && !RE2JS.compile(field.pattern).matches(value)) throw wrongField(field.name, `${field.label} does not look as it must${field.hint === undefined ? '' : ` (${field.hint})`}`);
  return value;
}

function wrongField(name: string, problem: string): PlumblineError {
  return new PlumblineError('PLB-API-001', `The field secret.${name.slice(0, 60)}: ${problem}.`);
}
