/** People of the organisation, for administrators: list, invite, disable. */
import { z } from 'zod';
import { PlumblineError } from '../../model/errors.js';
import type { Actor } from '../../model/identity.js';
import { hashInvitationToken, newInvitationToken } from '../../identity/index.js';
import { createInvitation, createPerson, disablePerson, findPersonByEmail, listPeople, type Person, type TenantTx } from '../../store/index.js';
import type { Portal } from '../portal.js';
import { personRoute, type Route } from '../route.js';
import { InviteRequest, Invited, PeopleList, PersonAnswer, idOf } from '../schemas.js';
import { personView } from '../views/people.js';

const PersonParams = z.object({ id: idOf('person') });
const INVITATION_MS = 7 * 24 * 60 * 60 * 1000;

/** Somebody who was invited and never came gets a new link; whoever has an account, or was shut out, does not. */
async function invitedPerson(tx: TenantTx, actor: Actor, given: InviteRequest): Promise<Person> {
  const known = await findPersonByEmail(tx, given.email);
  if (known === null) return createPerson(tx, actor, { ...given, authUserId: null });
  if (known.authUserId !== null || known.disabledAt !== null) throw new PlumblineError('PLB-API-004', 'A person with this address is registered already.');
  return known;
}

async function invite(portal: Portal, actor: Actor, given: InviteRequest): Promise<Invited> {
  const token = newInvitationToken();
  const expiresAt = new Date(Date.now() + INVITATION_MS);
  const person = await portal.inTenant(async (tx) => {
    const found = await invitedPerson(tx, actor, given);
    await createInvitation(tx, actor, { kind: 'invitation', email: found.email, name: found.name, roles: found.roles, tokenHash: hashInvitationToken(token), expiresAt });
    return found;
  });
  return { person: personView(person), invitationUrl: new URL(`/invitation#${token}`, portal.configuration.baseUrl).href, expiresAt: expiresAt.toISOString() };
}

export const peopleRoutes: readonly Route[] = [
  personRoute('people.read', { method: 'GET', url: '/people', tag: 'people', summary: 'People and their roles', response: PeopleList }, async ({ portal }) => ({ items: (await portal.inTenant(listPeople)).map(personView), nextCursor: null })),
  personRoute('people.manage', { method: 'POST', url: '/people', tag: 'people', summary: 'Invite a person; the link is shown once', body: InviteRequest, response: Invited, status: 201 }, ({ portal, body, actor }) => invite(portal, actor, body)),
  personRoute('people.manage', { method: 'POST', url: '/people/:id/disable', tag: 'people', summary: 'Shut a person out at once', params: PersonParams, response: PersonAnswer }, async ({ portal, params, actor }) => ({
    person: personView(await portal.inTenant((tx) => disablePerson(tx, actor, params.id))),
  })),
];
