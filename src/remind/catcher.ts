/**
 * The built-in mail catcher: an SMTP server on loopback for installations without one, so that every mail can be read in the
 * portal. Owns: receiving and parsing. Does not own: keeping (the caller's onMail). Nothing is ever passed on.
 */
import { once } from 'node:events';
import { SMTPServer } from 'smtp-server';
import type { AddressObject } from 'mailparser';

export interface CaughtMail {
  messageId: string;
  from: string;
  to: string;
  subject: string;
  text: string;
  html: string | null;
  /** what Plumbline's own mails carry; null for anything else that found the port */
  tenantId: string | null;
  receivedAt: Date;
}

export interface Catcher {
  port: number;
  /** for openTransport */
  url: string;
  close(): Promise<void>;
}

export interface CatcherOptions {
  /** 0 = any free port */
  port: number;
  /** A mail counts as taken when this has resolved; a rejection is answered with 451, so the sender tries again. */
  onMail(mail: CaughtMail): Promise<void>;
}

const MAX_BYTES = 5 * 1024 * 1024;

export async function startCatcher({ port, onMail }: CatcherOptions): Promise<Catcher> {
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'], authOptional: true, disableReverseLookup: true, size: MAX_BYTES, socketTimeout: 60_000, closeTimeout: 1_000, banner: 'Plumbline mail catcher',
    onData(stream, _session, done) {
      parseMail(stream).then(onMail).then(
        () => done(stream.sizeExceeded ? refusal(552, 'The mail is too large') : null),
        () => done(refusal(451, 'The mailbox cannot take the mail now')),
      );
    },
  });
  // After start-up, a broken client connection is that client's affair.
  server.on('error', () => undefined);
  server.listen(port, '127.0.0.1');
  await once(server.server, 'listening');
  const bound = (server.server.address() as { port: number }).port;
  return { port: bound, url: `smtp://127.0.0.1:${bound}`, close: () => new Promise((resolve) => server.close(() => resolve())) };
}

async function parseMail(stream: NodeJS.ReadableStream): Promise<CaughtMail> {
  // Loaded with the first mail: it brings tables of character sets and a reader of HTML along.
  const { simpleParser } = await import('mailparser');
  const mail = await simpleParser(stream as never, { skipImageLinks: true });
  const tenant = mail.headers.get('x-plumbline-tenant');
  return {
    messageId: mail.messageId ?? '', from: mail.from?.text ?? '', to: addressText(mail.to), subject: mail.subject ?? '',
    text: mail.text ?? '', html: mail.html === false || mail.html === undefined ? null : mail.html,
    tenantId: typeof tenant === 'string' ? tenant : null, receivedAt: new Date(),
  };
}

function addressText(to: AddressObject | AddressObject[] | undefined): string {
  return to === undefined ? '' : (Array.isArray(to) ? to : [to]).map((entry) => entry.text).join(', ');
}

function refusal(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}
