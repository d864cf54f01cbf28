/** The portal's server and its API. The door of this folder. */
export type { HealthPart, PortalDeps } from './portal-deps.js';
export { auditSigner } from './audit-signer.js';
export { startFirstScan } from './temporal/scans.js';
export { openApiDocument } from './open-api.js';
export { buildPortal, startPortal, type BuiltPortal, type RunningPortal } from './server.js';
