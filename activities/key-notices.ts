/**
 * Mails that tell of a key that a platform refuses, and that it works again. Owns: whom they go to, and that each person gets one of
 * each per outage. Does not own: when an outage begins and ends (the store, with the scan).
 */
import { can } from '../src/identity/index.js';
import { PlumblineError } from '../src/model/errors.js';
import type { ScanNotice } from '../src/contracts/activities.js';
import { findPlatform, getTenant, listPeople, mailsLike, outageOfScan, queueMail, scansByIds, type KeyOutage, type Mail, type Person, type Platform, type TenantTx } from '../src/store/index.js';
import type { ActivityDeps } from './deps.js';

interface Recipient {
  name: string;
  email: string;
  /** may put a new key in place */
  canReplace: boolean;
}

const ADDRESS = /^[^\s@<>,;:"()[\]\\]{1,64}@[^\s@<>,;:"()[\]\\]+\.[^\s@<>,;:"()[\]\\.]+$/;

function refusedKey(outage: KeyOutage, email = ''): string {
  return `${outage.scanId}|key-refused|${email.toLowerCase()}`;
}

/** Every active officer, or the administrators where there is none; and the owner, where they are known by address or by name. */
async function recipientsOf(tx: TenantTx, { owner }: Platform): Promise<Recipient[]> {
  const people = (await activePeople(tx)).map((person) => ({ ...person, canReplace: can(person.roles, 'platforms.manage') }));
  const officers = people.filter((person) => person.roles.includes('officer'));
  const told: Recipient[] = officers.length > 0 ? officers : people.filter((person) => person.roles.includes('administrator'));
  const named = people.filter((person) => owner !== null && person.name.toLowerCase() === owner.trim().toLowerCase());
  const byAddress = owner !== null && ADDRESS.test(owner.trim()) ? [{ name: owner.trim(), email: owner.trim(), canReplace: false }] : [];
  const all = [...told, ...(named.length === 1 ? named : []), ...byAddress];
  return [...new Map(all.toReversed().map(({ name, email, canReplace }) => [email.toLowerCase(), { name, email, canReplace }])).values()].toReversed();
}

async function activePeople(tx: TenantTx): Promise<Person[]> {
  return (await listPeople(tx)).filter((person) => person.disabledAt === null);
}

async function factsOf(tx: TenantTx, outage: KeyOutage, platform: Platform, told: readonly Recipient[]): Promise<Record<string, string>> {
  const last = (await scansByIds(tx, [platform.currentScanId])).get(platform.currentScanId ?? '');
  return {
    organisation: (await getTenant(tx)).name, outageId: outage.scanId, platformId: platform.id, platformName: platform.name, message: outage.message, refusedAt: outage.since,
    acceptedAt: outage.endedAt ?? '', lastReadAt: last?.finishedAt ?? '', told: told.map(({ name }) => name).join(', '),
    administrators: (await activePeople(tx)).filter(({ roles }) => can(roles, 'platforms.manage')).map(({ name }) => name).join(', '),
  };
}

/** The mails of the outage that began or ended with this scan; the same ones when asked again. Undefined: there is nobody, or nothing, to tell. */
export async function queueKeyNotice(deps: ActivityDeps, tx: TenantTx, scanId: string): Promise<ScanNotice | undefined> {
  const outage = await outageOfScan(tx, scanId);
  const platform = outage === null ? null : await findPlatform(tx, outage.platformId);
  if (outage === null || platform === null || platform.removedAt !== null) return undefined;
  const works = outage.endedScanId === scanId;
  const kind = works ? 'key-accepted' : 'key-refused';
  const recipients = works ? (await mailsLike(tx, refusedKey(outage))).map((mail) => ({ name: mail.recipientName, email: mail.recipientEmail, canReplace: false })) : await recipientsOf(tx, platform);
  if (recipients.length === 0) deps.logger.warn({ platformId: platform.id, kind }, 'nobody is active who could be told of the key of a platform');
  const facts = await factsOf(tx, outage, platform, recipients);
  const mailIds: string[] = [];
  for (const to of recipients) {
    const idempotencyKey = works ? `${outage.scanId}|key-accepted|${to.email.toLowerCase()}` : refusedKey(outage, to.email);
    const mail = await queueMail(tx, { idempotencyKey, kind, requestId: null, assessmentId: null, recipientName: to.name, recipientEmail: to.email, facts: { ...facts, recipientName: to.name, canReplace: to.canReplace }, messageIdHost: new URL(deps.baseUrl).hostname });
    mailIds.push(mail.id);
  }
  return mailIds.length === 0 ? undefined : { id: `${outage.scanId}-${kind}`, mailIds };
}

/** A mail that waited for its server is not sent when it is no longer true; and who was never told of the refusal is not told of its end. */
export async function isKeyNoticeWanted(tx: TenantTx, mail: Mail): Promise<boolean> {
  const outageId = mail.facts['outageId'];
  if (typeof outageId !== 'string') throw new PlumblineError('PLB-INTERNAL-001', 'A mail about a key names no outage.');
  const outage = await outageOfScan(tx, outageId);
  if (outage === null) return false;
  if (mail.kind === 'key-refused') return outage.endedAt === null;
  return (await mailsLike(tx, refusedKey(outage, mail.recipientEmail))).some((refused) => refused.state === 'sent');
}
