import { describe, expect, it } from 'vitest';
import { can, hashInvitationToken, newInvitationToken, permissionsOf, PERMISSIONS } from '../../../src/identity/index.js';

describe('permissions', () => {
  it('let an administrator do everything', () => {
    expect(permissionsOf(['administrator'])).toEqual([...PERMISSIONS]);
  });

  it('let an officer run the programme but manage neither people, platforms nor the mailbox', () => {
    expect(can(['officer'], 'scans.run')).toBe(true);
    expect(can(['officer'], 'baselines.decide')).toBe(true);
    expect(PERMISSIONS.filter((permission) => !can(['officer'], permission))).toEqual(['platforms.manage', 'people.read', 'people.manage', 'mailbox.read']);
  });

  it('let an auditor read and produce reports, and change nothing else', () => {
    expect(permissionsOf(['auditor'])).toEqual(['platforms.read', 'scans.read', 'vendors.read', 'assessments.read', 'reports.read', 'reports.produce', 'audit.read']);
  });

  it('let nobody do anything without a role, and add up over roles', () => {
    expect(permissionsOf([])).toEqual([]);
    expect(can(['auditor', 'officer'], 'scans.run')).toBe(true);
  });
});

describe('one-time tokens', () => {
  it('are long, differ every time, and are stored as a hash that does not hold them', () => {
    const [first, second] = [newInvitationToken(), newInvitationToken()];

    expect(first).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(first).not.toBe(second);
    expect(hashInvitationToken(first)).toMatch(/^[0-9a-f]{64}$/);
    expect(hashInvitationToken(first)).toBe(hashInvitationToken(first));
  });
});
