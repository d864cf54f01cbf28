/** What follows from what a platform tells of a person. Owns these conclusions, so that no manifest has to draw them; one that does is believed. Pure. */
import type { ResourceKind } from '../../model/resource.js';
import type { JsonObject } from '../expressions/scope.js';

/** A platform tells that an account works (`active`) or that it is switched off (`disabled`): checks ask for the second. */
export function concludeOfUser(kind: ResourceKind, properties: JsonObject): void {
  if (kind === 'user' && properties['active'] === false && properties['disabled'] === undefined) properties['disabled'] = true;
}
