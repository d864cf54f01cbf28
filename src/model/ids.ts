/** Ids: a short type prefix and 128 random bits. Owns the prefixes. Random bytes come from the caller's platform. */

export const ID_PREFIXES = {
  tenant: 'ten', person: 'per', platform: 'plt', scan: 'scn', snapshot: 'snp', baseline: 'bas', drift: 'drf', finding: 'fnd', vendor: 'vnd',
  assessment: 'asm', request: 'req', mail: 'mail', report: 'rep', secret: 'sec', invitation: 'inv',
} as const;
export type IdKind = keyof typeof ID_PREFIXES;

/** `plt_3f0c...`: prefix and a UUID without dashes. `uuid` is a version 4 UUID (crypto.randomUUID, or uuid4 in a workflow). */
export function makeId(kind: IdKind, uuid: string): string {
  return `${ID_PREFIXES[kind]}_${uuid.replaceAll('-', '')}`;
}

export function isId(kind: IdKind, value: string): boolean {
  return new RegExp(`^${ID_PREFIXES[kind]}_[0-9a-f]{32}$`).test(value);
}
