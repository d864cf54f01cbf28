/** What a manifest says about an answer that is no success, or a success that says no. Owns the ends they give. */
import { PlumblineError } from '../../model/errors.js';
import type { JsonValue } from '../../model/resource.js';
import { NO_NODES } from '../expressions/scope.js';
import { statusFailure } from '../http/failures.js';
import type { CompiledResource } from '../manifest/connector.js';
import type { ResourceRule } from '../manifest/resource-schema.js';
import type { PageEnd } from './pages.js';
import type { SessionAnswer } from './session.js';

type Verdict = Pick<ResourceRule['onStatus'][number], 'state' | 'because' | 'reason' | 'normal'>;

function endOf({ rule }: CompiledResource, verdict: Verdict): PageEnd {
  return {
    state: verdict.state, reason: verdict.reason ?? null, missing: verdict.state === 'forbidden' ? rule.right : null,
    ...(verdict.because === undefined ? {} : { because: verdict.because }),
    ...(verdict.normal === true ? { normal: true } : {}),
  };
}

/** "Nothing there" is an answer to the first page of a list. In the middle of one it means that the rest did not come. */
export function laterEnd(end: PageEnd, before: number): PageEnd {
  if (end.state !== 'empty') return end;
  return { state: 'partial', reason: `the platform said after ${before} that there is nothing, while the list pointed on`, missing: null };
}

/** null = a success; throws where the manifest says nothing about this status */
export function statusEnd(resource: CompiledResource, got: SessionAnswer): PageEnd | null {
  if (got.status >= 200 && got.status < 300) return null;
  const body = got.answer.body.toString('utf8', 0, 4_000).toLowerCase();
  const verdict = resource.rule.onStatus.find((each) => each.status.includes(got.status) && (each.bodyHas === undefined || body.includes(each.bodyHas.toLowerCase())));
  if (verdict) return endOf(resource, verdict);
  if (got.status === 403 && resource.rule.required) {
    throw new PlumblineError('PLB-COLLECT-003', `The key may not read "${resource.rule.title}" on ${got.facts.host}: it lacks the right ${resource.rule.right}.`, { host: got.facts.host, missing: resource.rule.right });
  }
  throw statusFailure(got.facts, got.status, got.answer.headers['retry-after'] ?? null);
}

/** null = the body says nothing of the kind */
export function bodyEnd(resource: CompiledResource, body: JsonValue): PageEnd | null {
  const index = resource.onBody.findIndex((when) => {
    const value = when({ root: body, variables: {}, nodes: NO_NODES });
    return value !== undefined && value !== null && value !== false && value !== '';
  });
  return index === -1 ? null : endOf(resource, resource.rule.onBody[index]!);
}
