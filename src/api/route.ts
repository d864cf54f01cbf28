/**
 * What a route is: an address, what it takes and gives, and who may use it. A route cannot be written without its access.
 * Owns the shape and the three ways in; register-routes.ts puts routes on the server.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Permission } from '../identity/index.js';
import type { Actor } from '../model/identity.js';
import type { Person } from '../store/index.js';
import type { LinkSession } from './link-session.js';
import type { Portal } from './portal.js';

/** `person`: a signed-in person whose roles hold the permission. `link`: the holder of one request's link. */
export type Access = { kind: 'public' } | { kind: 'person'; permission: Permission } | { kind: 'link' };

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export interface RouteSchema<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType> {
  readonly method: Method;
  /** below /api/v1 */
  readonly url: string;
  readonly summary: string;
  readonly tag: string;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly response: R;
  /** 200 where not told */
  readonly status?: 200 | 201 | 202;
  /** the content type where the answer is a stream */
  readonly stream?: string;
  readonly bodyLimit?: number;
  /** how often one address may call it within a minute, where the general limit is too wide */
  readonly perMinute?: number;
}

export interface PublicCall<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> {
  readonly portal: Portal;
  readonly params: z.output<P>;
  readonly query: z.output<Q>;
  readonly body: z.output<B>;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}
export interface PersonCall<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> extends PublicCall<P, Q, B> {
  readonly person: Person;
  readonly actor: Actor;
}
export interface LinkCall<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> extends PublicCall<P, Q, B> {
  readonly link: LinkSession;
}

export interface RawCall {
  readonly portal: Portal;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly person: Person | null;
  readonly link: LinkSession | null;
}

export interface Route extends RouteSchema<z.ZodType, z.ZodType, z.ZodType, z.ZodType> {
  readonly access: Access;
  readonly run: (call: RawCall) => Promise<unknown>;
}

type NoInput = z.ZodUnknown;
type Handler<Call, R extends z.ZodType> = (call: Call) => Promise<z.output<R>>;

function base(call: RawCall): PublicCall<z.ZodUnknown, z.ZodUnknown, z.ZodUnknown> {
  const { request, reply, portal } = call;
  return { portal, request, reply, params: request.params, query: request.query, body: request.body };
}

/** Open to everybody, signed in or not. */
export function publicRoute<P extends z.ZodType = NoInput, Q extends z.ZodType = NoInput, B extends z.ZodType = NoInput, R extends z.ZodType = z.ZodType>(
  schema: RouteSchema<P, Q, B, R>, handler: Handler<PublicCall<P, Q, B>, R>,
): Route {
  return { ...schema, access: { kind: 'public' }, run: (call) => handler(base(call) as never) };
}

export function personRoute<P extends z.ZodType = NoInput, Q extends z.ZodType = NoInput, B extends z.ZodType = NoInput, R extends z.ZodType = z.ZodType>(
  permission: Permission, schema: RouteSchema<P, Q, B, R>, handler: Handler<PersonCall<P, Q, B>, R>,
): Route {
  return { ...schema, access: { kind: 'person', permission }, run: (call) => handler({ ...base(call), person: call.person!, actor: actorOf(call.person!) } as never) };
}

export function linkRoute<P extends z.ZodType = NoInput, Q extends z.ZodType = NoInput, B extends z.ZodType = NoInput, R extends z.ZodType = z.ZodType>(
  schema: RouteSchema<P, Q, B, R>, handler: Handler<LinkCall<P, Q, B>, R>,
): Route {
  return { ...schema, access: { kind: 'link' }, run: (call) => handler({ ...base(call), link: call.link! } as never) };
}

export function actorOf(person: Pick<Person, 'id' | 'name'>): Actor {
  return { type: 'person', id: person.id, name: person.name };
}
