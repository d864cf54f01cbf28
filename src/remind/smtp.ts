/**
 * Handing mail to an SMTP server: the one importer of nodemailer. Owns: the connection, the headers, and which refusal may be tried
 * again. Does not own: the words (render.ts), retries (Temporal) and the record of what was sent (src/store outbox).
 */
import { createTransport } from 'nodemailer';
import { PlumblineError } from '../model/errors.js';

export interface Mailbox {
  name: string;
  address: string;
}

export interface MailMessage {
  /** `<local@host>`; the same for every try of one mail, so that a repeated hand-over is recognisable */
  messageId: string;
  /** Message-ID of the first mail of this thread */
  inReplyTo?: string;
  from: Mailbox;
  to: Mailbox;
  replyTo?: Mailbox;
  subject: string;
  text: string;
  html: string;
  /** opaque; lets the built-in catcher file the mail under its tenant */
  tenantId?: string;
}

export interface MailTransport {
  send(message: MailMessage): Promise<{ messageId: string }>;
  close(): void;
}

export interface TransportOptions {
  /** longest silence of the server before a try is given up */
  timeoutMs?: number;
}

type Tls = 'required' | 'if-offered' | 'off';

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\]|::1)$/;

/**
 * `smtp://[user:password@]host[:port]` or `smtps://...`. TLS is required unless the server is on this machine; `?tls=if-offered` or
 * `?tls=off` says otherwise. A pool: opening a connection per reminder is what gets senders slowed down.
 */
export function openTransport(smtpUrl: string, options: TransportOptions = {}): MailTransport {
  const { host, port, secure, auth, tls } = parseSmtpUrl(smtpUrl);
  const timeout = options.timeoutMs ?? 30_000;
  const transport = createTransport({
    pool: true, maxConnections: 2, maxMessages: 100, host, port, secure, ...(auth ? { auth } : {}),
    requireTLS: !secure && tls === 'required', ignoreTLS: tls === 'off',
    connectionTimeout: Math.min(timeout, 10_000), greetingTimeout: Math.min(timeout, 10_000), socketTimeout: timeout,
    disableFileAccess: true, disableUrlAccess: true,
  });
  return {
    async send(message) {
      const mail = toNodemailer(message);
      try {
        await transport.sendMail(mail);
      } catch (error) {
        throw mailError(error, host);
      }
      return { messageId: message.messageId };
    },
    close: () => transport.close(),
  };
}

export function sendMail(transport: MailTransport, message: MailMessage): Promise<{ messageId: string }> {
  return transport.send(message);
}

/** One plain address and nothing that a header or a recipient list could be made of. */
export function isMailAddress(address: string): boolean {
  // oxlint-disable-next-line no-control-regex -- control characters are exactly what is refused
  return address.length <= 254 && /^[^\s@<>()[\]\\,;:"\u0000-\u001f\u007f]+@[^\s@<>()[\]\\,;:"\u0000-\u001f\u007f]+$/.test(address) && !/\.\.|^\.|\.@|@\.|\.$/.test(address);
}

/** `Name <address>` or an address alone, as in the setting MAIL_FROM. */
export function parseMailbox(text: string): Mailbox {
  const match = /^\s*"?([^"<]*?)"?\s*<([^<>]+)>\s*$/.exec(text);
  const box = match ? { name: match[1]!, address: match[2]!.trim() } : { name: '', address: text.trim() };
  if (!isMailAddress(box.address)) throw new PlumblineError('PLB-START-010', 'MAIL_FROM is not of the form Name <address>.', { setting: 'MAIL_FROM' });
  return box;
}

function parseSmtpUrl(smtpUrl: string) {
  const url = URL.canParse(smtpUrl) ? new URL(smtpUrl) : null;
  if (url === null || !/^smtps?:$/.test(url.protocol) || url.hostname === '') {
    // The address may hold a password, so it is not repeated.
    throw new PlumblineError('PLB-START-010', 'SMTP_URL is not of the form smtp://user:password@host:port or smtps://...', { setting: 'SMTP_URL' });
  }
  const secure = url.protocol === 'smtps:';
  const asked = url.searchParams.get('tls');
  const tls: Tls = asked === 'off' || asked === 'if-offered' || asked === 'required' ? asked : LOOPBACK.test(url.hostname) ? 'off' : 'required';
  const user = decodeURIComponent(url.username);
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port) || (secure ? 465 : 587), secure, tls,
    auth: user === '' ? null : { user, pass: decodeURIComponent(url.password) },
  };
}

function toNodemailer(message: MailMessage) {
  const boxes = [message.from, message.to, ...(message.replyTo ? [message.replyTo] : [])];
  const bad = boxes.find((box) => !isMailAddress(box.address));
  if (bad) throw new PlumblineError('PLB-MAIL-002', `"${oneLine(bad.address)}" is not a mail address.`);
  const sender = clean(message.from);
  const recipient = clean(message.to);
  return {
    from: sender, to: recipient, ...(message.replyTo ? { replyTo: clean(message.replyTo) } : {}),
    // The envelope is set apart so that no header can ever add a recipient.
    envelope: { from: sender.address, to: [recipient.address] },
    messageId: oneLine(message.messageId), subject: oneLine(message.subject), text: message.text, html: message.html,
    ...(message.inReplyTo ? { inReplyTo: oneLine(message.inReplyTo), references: [oneLine(message.inReplyTo)] } : {}),
    headers: {
      'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All',
      ...(message.tenantId ? { 'X-Plumbline-Tenant': oneLine(message.tenantId) } : {}),
    },
  };
}

function clean(box: Mailbox): Mailbox {
  return { name: oneLine(box.name), address: box.address };
}

function oneLine(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are exactly what is replaced
  return text.replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, ' ').trim();
}

interface SmtpFailure {
  code?: string;
  command?: string;
  responseCode?: number;
}

/** Only the code of the answer is told: its text is the server's and may repeat what we sent. */
function mailError(error: unknown, host: string): PlumblineError {
  const { code, command, responseCode } = error as SmtpFailure;
  const answer = responseCode ?? 0;
  const refused = (command === 'RCPT TO' || command === 'MAIL FROM' || command === 'DATA' || code === 'EMESSAGE') && answer >= 500 && answer !== 530;
  if (refused) {
    const what = command === 'MAIL FROM' ? "Plumbline's sender address" : command === 'RCPT TO' ? "the recipient's address" : 'the mail';
    return new PlumblineError('PLB-MAIL-002', `The mail server ${host} refused ${what} (answer ${answer}).`, { host, answer });
  }
  return new PlumblineError('PLB-MAIL-001', `${reason(code, answer, host)}`, { host, answer: answer || null, reason: code ?? null });
}

function reason(code: string | undefined, answer: number, host: string): string {
  if (code === 'EAUTH') return `The mail server ${host} refused the name or password of SMTP_URL (answer ${answer}).`;
  if (code === 'ETLS') return `The mail server ${host} offers no encryption that Plumbline may use, so nothing was sent.`;
  if (code === 'ETIMEDOUT') return `The mail server ${host} stopped answering.`;
  if (answer >= 400) return `The mail server ${host} does not take mail at the moment (answer ${answer}).`;
  return `The mail server ${host} cannot be reached${code ? ` (${code})` : ''}.`;
}
