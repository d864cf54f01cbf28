/** A real SMTP server on loopback that a test can make hesitate before it takes a mail. Owns the gate and what was taken. */
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

export interface TakenMail {
  readonly messageId: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

export interface HeldMailServer {
  readonly url: string;
  /** every mail that was acknowledged, duplicates included */
  readonly taken: readonly TakenMail[];
  /** From now on recipients are not acknowledged; resolves when the first one waits. */
  hold(): Promise<void>;
  release(): void;
  stop(): Promise<void>;
}

export async function startHeldMailServer(): Promise<HeldMailServer> {
  const taken: TakenMail[] = [];
  const waiting = new Set<() => void>();
  let holding = false;
  let tellHeld: () => void = () => undefined;
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'], authOptional: true, disableReverseLookup: true, closeTimeout: 500,
    onRcptTo(_address, _session, done) {
      if (!holding) return done();
      waiting.add(done);
      tellHeld();
    },
    onData(stream, _session, done) {
      simpleParser(stream).then((mail) => {
        const to = mail.to === undefined ? '' : [mail.to].flat().map((entry) => entry.text).join(', ');
        taken.push({ messageId: mail.messageId ?? '', to, subject: mail.subject ?? '', text: mail.text ?? '' });
        done();
      }, done);
    },
  });
  // The client is killed on purpose in the middle of a sentence.
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as { port: number };
  return {
    url: `smtp://127.0.0.1:${port}`,
    taken,
    hold: () => new Promise((resolve) => {
      holding = true;
      tellHeld = resolve;
    }),
    release() {
      holding = false;
      for (const done of waiting) done();
      waiting.clear();
    },
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
