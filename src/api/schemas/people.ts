/** Health, first set-up, signing in, people and invitations. */
import { z } from 'zod';
import { Permission, Role } from '../../model/identity.js';
import { Email, Password, Time, Token, idOf, line, listOf } from './common.js';

export const HealthPart = z.object({ name: z.string(), status: z.enum(['ok', 'degraded', 'down']), version: z.string().nullable(), detail: z.string() }).meta({ id: 'HealthPart' });
export type HealthPart = z.infer<typeof HealthPart>;

export const Health = z
  .object({
    status: z.enum(['ok', 'degraded', 'down']),
    parts: z.array(HealthPart),
    lastScan: z.object({ platform: z.string(), finishedAt: Time, resources: z.number().int(), findings: z.number().int() }).nullable(),
  })
  .meta({ id: 'Health' });
export type Health = z.infer<typeof Health>;

export const SetupState = z.object({ needed: z.boolean() }).meta({ id: 'SetupState' });
export type SetupState = z.infer<typeof SetupState>;

export const SetupRequest = z.object({ token: Token, name: line(120), email: Email, password: Password }).meta({ id: 'SetupRequest' });
export type SetupRequest = z.infer<typeof SetupRequest>;

export const Person = z
  .object({
    id: idOf('person'),
    email: z.string(),
    name: z.string(),
    roles: z.array(Role),
    /** `invited` until the mailed or handed-over link was used */
    state: z.enum(['invited', 'active', 'disabled']),
    createdAt: Time,
    disabledAt: Time.nullable(),
  })
  .meta({ id: 'Person' });
export type Person = z.infer<typeof Person>;

/** `permissions`: what the signed-in person may do, so that a page shows no button that would be refused. */
export const SignedIn = z.object({ person: Person, permissions: z.array(Permission) }).meta({ id: 'SignedIn' });
export type SignedIn = z.infer<typeof SignedIn>;

export const Me = z.object({ person: Person.nullable(), permissions: z.array(Permission) }).meta({ id: 'Me' });
export type Me = z.infer<typeof Me>;

export const SignInRequest = z.object({ email: Email, password: z.string().min(1).max(128) }).meta({ id: 'SignInRequest' });
export type SignInRequest = z.infer<typeof SignInRequest>;

export const PeopleList = listOf(Person).meta({ id: 'PeopleList' });
export type PeopleList = z.infer<typeof PeopleList>;

export const InviteRequest = z.object({ email: Email, name: line(120), roles: z.array(Role).min(1, 'needs at least one role').max(3) }).meta({ id: 'InviteRequest' });
export type InviteRequest = z.infer<typeof InviteRequest>;

/** `invitationUrl` is shown once: only a hash of its token is kept. */
export const Invited = z.object({ person: Person, invitationUrl: z.string(), expiresAt: Time }).meta({ id: 'Invited' });
export type Invited = z.infer<typeof Invited>;

export const AcceptInvitationRequest = z.object({ token: Token, name: line(120), password: Password }).meta({ id: 'AcceptInvitationRequest' });
export type AcceptInvitationRequest = z.infer<typeof AcceptInvitationRequest>;

export const PersonAnswer = z.object({ person: Person }).meta({ id: 'PersonAnswer' });
export type PersonAnswer = z.infer<typeof PersonAnswer>;
