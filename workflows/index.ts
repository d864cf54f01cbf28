/** What the workflow bundle holds: one export per workflow type. */
export { scanPlatform } from './scan-platform.js';
export { deliverMails } from './deliver-mails.js';
export { assessVendor } from './assess-vendor.js';
export { produceReport } from './produce-report.js';
