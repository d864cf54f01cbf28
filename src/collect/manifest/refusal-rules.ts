/** Refuses, when a manifest is loaded, to take a refusal for "nothing there". Owns which statuses are refusals, and the one exception. */
import type { ResourceRule } from './resource-schema.js';
import type { Manifest } from './schema.js';
import { manifestError } from './yaml-file.js';
import type { YamlSource } from './yaml-file.js';

/** What the platform says with them: no key, no plan, no right, not now, or no answer at all. None says that there is nothing. */
const REFUSALS: Readonly<Record<number, string>> = {
  401: 'the key is not good for this', 402: 'this is not paid for', 403: 'a right is missing', 407: 'a proxy refuses', 408: 'the answer did not come in time', 423: 'it is locked', 425: 'it is too early',
  429: 'the platform asks to wait', 451: 'the law forbids it',
};

/** null = the status can mean that there is nothing */
function refusalOf(status: number): string | null {
  if (status >= 500) return 'the platform failed';
  return status >= 300 && status < 400 ? 'what is asked for is elsewhere' : REFUSALS[status] ?? null;
}

/** A page that needs no right is refused to nobody for want of one: there a text in the body can tell that a thing is off. */
function isSetting({ single, right }: ResourceRule, { status, bodyHas }: ResourceRule['onStatus'][number]): boolean {
  return single && right === 'none' && (bodyHas?.trim().length ?? 0) >= 10 && status.every((each) => refusalOf(each) === null || each === 403);
}

/** With this status the platform refuses; the type was not read. */
export function isRefusal(rule: ResourceRule, each: ResourceRule['onStatus'][number], status: number): boolean {
  return refusalOf(status) !== null && !(each.state === 'empty' && isSetting(rule, each));
}

function checkType(source: YamlSource, type: string, rule: ResourceRule): void {
  rule.onStatus.forEach((each, index) => {
    const status = each.state === 'empty' ? each.status.find((one) => isRefusal(rule, each, one)) : undefined;
    if (status === undefined) return;
    throw manifestError(source, ['resources', type, 'onStatus', index], `${status} says that ${refusalOf(status)}, not that there is nothing: write \`state: forbidden\` or \`state: unavailable\`, or leave the status out, and the type is told as not read`);
  });
  const end = rule.paging?.pastEnd.find((one) => refusalOf(one) !== null);
  if (end !== undefined) throw manifestError(source, ['resources', type, 'paging', 'pastEnd'], `${end} says that ${refusalOf(end)}, not that the list has ended: leave it out of \`pastEnd\``);
}

/** Throws PLB-COLLECT-011 with file and line. */
export function checkRefusals(manifest: Manifest, source: YamlSource): void {
  for (const [type, rule] of Object.entries(manifest.resources)) checkType(source, type, rule);
}
