/** From stored people to what the API answers. Pure. */
import { permissionsOf } from '../../identity/index.js';
import type { Person as StoredPerson } from '../../store/index.js';
import type { Person, SignedIn } from '../schemas.js';

export function personView(person: StoredPerson): Person {
  const { id, email, name, roles, createdAt, disabledAt, authUserId } = person;
  return { id, email, name, roles, createdAt, disabledAt, state: disabledAt !== null ? 'disabled' : authUserId === null ? 'invited' : 'active' };
}

export function signedInView(person: StoredPerson): SignedIn {
  return { person: personView(person), permissions: [...permissionsOf(person.roles)] };
}
