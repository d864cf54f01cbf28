/** Who may come in and do what: permissions, sign-in, one-time tokens. */
export { createAuth, migrateAuth, PASSWORD_LENGTH } from './auth.js';
export type { Auth, AuthOptions, SignInResult } from './auth.js';
export { can, permissionsOf } from './permissions.js';
export { PERMISSIONS } from '../model/identity.js';
export type { Permission } from '../model/identity.js';
export { hashInvitationToken, newInvitationToken } from './tokens.js';
