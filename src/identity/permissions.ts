/** Which role may do what, as one table. Owns the decision; asking it is the API's business, at every route. */
import { PERMISSIONS, type Permission, type Role } from '../model/identity.js';

const READING: readonly Permission[] = ['platforms.read', 'scans.read', 'vendors.read', 'assessments.read', 'reports.read', 'audit.read'];

const GRANTED: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  administrator: new Set(PERMISSIONS),
  officer: new Set<Permission>([
    ...READING, 'scans.run', 'schedules.manage', 'baselines.propose', 'baselines.decide', 'vendors.manage', 'assessments.manage', 'assessments.decide', 'reports.produce',
  ]),
  auditor: new Set<Permission>([...READING, 'reports.produce']),
};

export function can(roles: readonly Role[], permission: Permission): boolean {
  return roles.some((role) => GRANTED[role].has(permission));
}

export function permissionsOf(roles: readonly Role[]): Permission[] {
  return PERMISSIONS.filter((permission) => can(roles, permission));
}
