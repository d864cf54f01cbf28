/** Owns: the calls to n8n that only its own editor makes: set-up, sign-in, invitations, keys, drafts. Does not own: the public API. */
import { setTimeout as sleep } from 'node:timers/promises';

export interface N8nPerson {
  readonly email: string;
  readonly password: string;
}

export interface N8nSession {
  readonly url: string;
  readonly cookie: string;
}

interface RestCall {
  readonly url: string;
  readonly cookie?: string;
  readonly body?: unknown;
}

/** n8n calls itself ready a moment before its routes are; until then it answers 503. */
async function rest(method: string, path: string, call: RestCall): Promise<Response> {
  const until = Date.now() + 30_000;
  for (;;) {
    const answer = await restOnce(method, path, call);
    if (answer.status !== 503 || Date.now() > until) return answer;
    await sleep(200);
  }
}

function restOnce(method: string, path: string, { url, cookie, body }: RestCall): Promise<Response> {
  return fetch(`${url}/rest${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...(cookie === undefined ? {} : { cookie }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(60_000),
  });
}

async function data<T>(method: string, path: string, call: RestCall): Promise<T> {
  const answer = await rest(method, path, call);
  if (!answer.ok) throw new Error(`n8n answered ${answer.status} to ${method} /rest${path}`);
  return ((await answer.json()) as { data: T }).data;
}

function cookieOf(answer: Response): string {
  return answer.headers.getSetCookie().map((line) => line.split(';')[0]).join('; ');
}

/** Makes the owner's account on a fresh n8n, or signs in on one that has it. */
export async function ownerSession(url: string, owner: N8nPerson): Promise<N8nSession> {
  const body = { email: owner.email, firstName: 'Olive', lastName: 'Owner', password: owner.password };
  const answer = await rest('POST', '/owner/setup', { url, body });
  return answer.ok ? { url, cookie: cookieOf(answer) } : signIn(url, owner);
}

export async function signIn(url: string, person: N8nPerson): Promise<N8nSession> {
  const answer = await rest('POST', '/login', { url, body: { emailOrLdapLoginId: person.email, password: person.password } });
  if (!answer.ok) throw new Error(`n8n refused the sign-in of ${person.email}: ${answer.status}`);
  return { url, cookie: cookieOf(answer) };
}

/** A key with every right the person's role has; it does not expire. */
export async function createApiKey(session: N8nSession, label: string): Promise<string> {
  return createApiKeyWith(session, label, await data<string[]>('GET', '/api-keys/scopes', session));
}

/** A key with these rights only. n8n 2.8 without a licence gives it all rights anyway. */
export async function createApiKeyWith(session: N8nSession, label: string, scopes: readonly string[]): Promise<string> {
  const key = await data<{ rawApiKey: string }>('POST', '/api-keys', { ...session, body: { label, scopes, expiresAt: null } });
  return key.rawApiKey;
}

/** Invites a member, accepts for them, and signs them in: n8n sends no mail here, the owner is shown the link. */
export async function joinAsMember(owner: N8nSession, member: N8nPerson): Promise<N8nSession> {
  const [invited] = await data<{ user: { id: string; inviteAcceptUrl: string } }[]>('POST', '/invitations', {
    ...owner,
    body: [{ email: member.email, role: 'global:member' }],
  });
  if (invited === undefined) throw new Error('n8n invited nobody');
  const link = new URL(invited.user.inviteAcceptUrl);
  const token = link.searchParams.get('token');
  const names = { firstName: 'Mary', lastName: 'Member', password: member.password };
  const accepted = token === null
    ? await rest('POST', `/invitations/${invited.user.id}/accept`, { url: owner.url, body: { ...names, inviterId: link.searchParams.get('inviterId') } })
    : await rest('POST', '/invitations/accept', { url: owner.url, body: { ...names, token } });
  if (!accepted.ok) throw new Error(`n8n refused the invitation: ${accepted.status}`);
  return signIn(owner.url, member);
}

/** Saves a workflow as the editor does: the draft changes, what is published does not. */
export async function saveDraft(session: N8nSession, id: string, change: Readonly<Record<string, unknown>>): Promise<void> {
  const current = await data<Record<string, unknown>>('GET', `/workflows/${id}`, session);
  const { name, nodes, connections, settings, versionId } = current;
  await data('PATCH', `/workflows/${id}`, { ...session, body: { name, nodes, connections, settings, versionId, ...change } });
}
