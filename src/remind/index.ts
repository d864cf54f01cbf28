/**
 * Asking people and reminding them. Owns: the reminder ladder, the words and form of every mail, link tokens, handing mail
 * to SMTP, the built-in catcher. Does not own: the outbox table (src/store) and when a rung is due (workflows/assess-vendor).
 */
export { DAY_MS, LADDER, LINK_OPEN_DAYS, UNDELIVERABLE_SEQUENCE, dueRungs, dueNow, type DueNow, type PlannedRung } from './ladder.js';
export { answerLink, hashToken, linkToken } from './link-token.js';
export { renderMail, type MailFacts, type RenderedMail } from './render.js';
export { isMailAddress, openTransport, parseMailbox, sendMail, type MailMessage, type MailTransport, type Mailbox } from './smtp.js';
export { startCatcher, type Catcher, type CaughtMail } from './catcher.js';
