/** The first administrator, signing in and out, and accepting an invitation. Each token works once. */
import { PlumblineError } from '../../model/errors.js';
import { hashInvitationToken } from '../../identity/index.js';
import { activatePerson, createPerson, createSignIn, findInvitation, findPersonByEmail, needsFirstAdministrator, redeemInvitation, type Invitation, type Person } from '../../store/index.js';
import type { Portal } from '../portal.js';
import { publicRoute, type Route } from '../route.js';
import { AcceptInvitationRequest, Empty, Me, SetupRequest, SetupState, SignInRequest, SignedIn } from '../schemas.js';
import { hashPassword, openSignIn, readPerson, signOut } from '../sign-in.js';
import { signedInView } from '../views/people.js';

function unusableLink(): PlumblineError {
  return new PlumblineError('PLB-AUTH-003', 'This link is unknown, used up or expired.');
}

async function usableInvitation(portal: Portal, token: string, kind: Invitation['kind']): Promise<Invitation> {
  const invitation = await portal.inTenant((tx) => findInvitation(tx, hashInvitationToken(token)));
  if (invitation === null || invitation.kind !== kind) throw unusableLink();
  return invitation;
}

/** The link is used, the account and the person are made in one transaction: two at once make one person. */
async function setUp(portal: Portal, given: SetupRequest): Promise<Person> {
  const invitation = await usableInvitation(portal, given.token, 'first-admin');
  const passwordHash = await hashPassword(portal, given.password);
  const { email, name } = given;
  return portal.inTenant(async (tx) => {
    await redeemInvitation(tx, { tokenHash: hashInvitationToken(given.token), kind: 'first-admin' });
    const authUserId = await createSignIn(tx, { email, name, passwordHash });
    return createPerson(tx, null, { email, name, roles: invitation.roles, authUserId });
  });
}

async function accept(portal: Portal, given: AcceptInvitationRequest): Promise<Person> {
  const invitation = await usableInvitation(portal, given.token, 'invitation');
  const invited = invitation.email === null ? null : await portal.inTenant((tx) => findPersonByEmail(tx, invitation.email!));
  if (invited === null || invited.disabledAt !== null || invited.authUserId !== null) throw unusableLink();
  const { id: personId, email } = invited;
  const passwordHash = await hashPassword(portal, given.password);
  return portal.inTenant(async (tx) => {
    await redeemInvitation(tx, { tokenHash: hashInvitationToken(given.token), kind: 'invitation' });
    const authUserId = await createSignIn(tx, { email, name: given.name, passwordHash });
    return activatePerson(tx, { personId, authUserId, name: given.name });
  });
}

export const signInRoutes: readonly Route[] = [
  publicRoute({ method: 'GET', url: '/setup', tag: 'sign-in', summary: 'Whether the first administrator is still to come', response: SetupState }, async ({ portal }) => ({ needed: await portal.inTenant(needsFirstAdministrator) })),
  publicRoute({ method: 'POST', url: '/setup', tag: 'sign-in', summary: 'Become the first administrator by the one-time link; signs in', body: SetupRequest, response: SignedIn, status: 201 }, async ({ portal, body, request, reply }) => {
    await portal.limits.token(request);
    const person = await setUp(portal, body);
    await openSignIn(portal, body, { request, reply });
    return signedInView(person);
  }),
  publicRoute({ method: 'GET', url: '/me', tag: 'sign-in', summary: 'Who is signed in, and what they may do', response: Me }, async ({ portal, request, reply }) => {
    const person = await readPerson(portal, { request, reply });
    return person === null ? { person: null, permissions: [] } : signedInView(person);
  }),
  publicRoute({ method: 'POST', url: '/sign-in', tag: 'sign-in', summary: 'Sign in', body: SignInRequest, response: SignedIn }, async ({ portal, body, request, reply }) => {
    await portal.limits.signIn(request);
    return signedInView(await openSignIn(portal, body, { request, reply }));
  }),
  publicRoute({ method: 'POST', url: '/sign-out', tag: 'sign-in', summary: 'Sign out; the session ends on the server', response: Empty }, async ({ portal, request, reply }) => {
    await signOut(portal, { request, reply });
    return {};
  }),
  publicRoute({ method: 'POST', url: '/invitations/accept', tag: 'sign-in', summary: 'Accept an invitation; signs in', body: AcceptInvitationRequest, response: SignedIn, status: 201 }, async ({ portal, body, request, reply }) => {
    await portal.limits.token(request);
    const person = await accept(portal, body);
    await openSignIn(portal, { email: person.email, password: body.password }, { request, reply });
    return signedInView(person);
  }),
];
