/** The building blocks of the manifest language: expressions, templates, small maps. Owns their shapes; src/collect/expressions compiles them. */
import { z } from 'zod';
import { JsonValue } from '../../model/resource.js';

/** A path, or an operator with its arguments; checked by the compiler. */
export const expression = z.union([z.string(), z.record(z.string(), JsonValue)]).describe('A path (`owner.name`, `list.*.id`), or one operator with its arguments.');
export const expressions = z.record(z.string(), expression);
export const template = z.string().regex(/^\//, 'must begin with /')
  .regex(/^[^?#]*$/, 'must hold no ? and no #: they would be sent as %3F and %23; name query parameters under `query`').describe('A path below the host\'s base; with // at its start it counts from the root of the host. `{name}` takes a bound value or a text field, percent-encoded.');
export const texts = z.record(z.string(), z.string());

/** Values for `{name}` places. A list is written as the host expects it. */
export const query = z.record(z.string(), z.union([
  z.string(), z.number(), z.boolean(),
  z.strictObject({ list: z.array(z.string()), as: z.enum(['repeat', 'csv', 'brackets', 'indexed']) }),
])).describe('Query parameters; nested names are written out (`pg[limit]`). `{name}` is filled in.');

/** How a POST that only reads is told: there is no other way to send a body, and no way at all to PUT, PATCH or DELETE. */
export const readOnlyPost = z.strictObject({
  path: template,
  body: JsonValue.default({}).describe('Sent as JSON; `{name}` inside texts is filled in.'),
  form: texts.optional().describe('Sent as a form instead of JSON.'),
  reason: z.string().min(10).describe('Why this POST changes nothing. Shown in the docs page of the connector and to reviewers.'),
});
