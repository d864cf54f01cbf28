/** People, roles and who acts. Owns shapes; src/identity holds the rules. */
import { z } from 'zod';

export const ROLES = ['administrator', 'officer', 'auditor'] as const;
export const Role = z.enum(ROLES);
export type Role = z.infer<typeof Role>;

/** Who did it, in every audit event. `person` by id; `request` = a link holder; `system` = the worker or the command line. */
export interface Actor {
  type: 'person' | 'request' | 'system';
  id: string;
  /** shown to people; never used as an identity */
  name: string;
}

export const SYSTEM: Actor = { type: 'system', id: 'plumbline', name: 'Plumbline' };

/** What a role may be allowed to do; the table of who may is src/identity/permissions.ts. */
export const PERMISSIONS = [
  'platforms.read', 'platforms.manage', 'scans.read', 'scans.run', 'schedules.manage', 'baselines.propose', 'baselines.decide', 'vendors.read', 'vendors.manage',
  'assessments.read', 'assessments.manage', 'assessments.decide', 'reports.read', 'reports.produce', 'audit.read', 'people.read', 'people.manage', 'mailbox.read',
] as const;
export const Permission = z.enum(PERMISSIONS);
export type Permission = z.infer<typeof Permission>;
