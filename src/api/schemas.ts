/**
 * Every request and answer of the API. A schema and its inferred type share one name. Owns shapes only; the portal imports
 * the types, and docs/openapi.json is made from the schemas.
 */
export * from './schemas/common.js';
export * from './schemas/people.js';
export * from './schemas/platforms.js';
export * from './schemas/records.js';
export * from './schemas/scans.js';
export * from './schemas/vendors.js';
