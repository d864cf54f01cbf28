import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { openTransport, sendMail, startCatcher, type CaughtMail, type MailMessage, type MailTransport } from '../../../src/remind/index.js';

const MESSAGE: MailMessage = {
  messageId: '<mail_1@plumbline.example.org>', from: { name: 'Plumbline', address: 'plumbline@harbour.example' }, to: { name: 'Ida Brandt', address: 'ida@northwind.example' },
  replyTo: { name: 'Omar Said', address: 'omar@harbour.example' }, subject: 'A question', text: 'Plain words', html: '<p>Plain words</p>', tenantId: 'ten_1',
};

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function transportTo(url: string, timeoutMs = 5_000): MailTransport {
  const transport = openTransport(url, { timeoutMs });
  closing.push(() => transport.close());
  return transport;
}

async function catcher(onMail?: (mail: CaughtMail) => Promise<void>) {
  const mails: CaughtMail[] = [];
  const started = await startCatcher({ port: 0, onMail: onMail ?? (async (mail) => void mails.push(mail)) });
  closing.push(() => started.close());
  return { mails, url: started.url };
}

/** A server that answers each line by a script: the answer to `DATA`'s end is that to `.`; null is silence. */
async function scripted(answer: (command: string) => string | null): Promise<{ url: string; received: string[]; data: string[] }> {
  const received: string[] = [];
  const data: string[] = [];
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    let inData = false;
    let pending = '';
    socket.on('error', () => undefined);
    socket.write('220 test ESMTP\r\n');
    socket.on('data', (chunk) => {
      pending += chunk.toString('utf8');
      for (let end = pending.indexOf('\r\n'); end >= 0; end = pending.indexOf('\r\n')) {
        const line = pending.slice(0, end);
        pending = pending.slice(end + 2);
        if (inData && line !== '.') {
          data.push(line);
          continue;
        }
        received.push(line);
        const said = answer(line) ?? null;
        inData = line === 'DATA' && said?.startsWith('354') === true;
        if (said !== null) socket.write(`${said}\r\n`);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return { url: `smtp://127.0.0.1:${(server.address() as { port: number }).port}`, received, data };
}

const FRIENDLY: Record<string, string> = { EHLO: '250 test', MAIL: '250 ok', RCPT: '250 ok', DATA: '354 go on', '.': '250 taken', QUIT: '221 bye', RSET: '250 ok' };

function friendlyBut(changes: Record<string, () => string | null>): (command: string) => string | null {
  return (command) => {
    const verb = command.split(' ')[0]!.toUpperCase();
    return changes[verb] ? changes[verb]() : (FRIENDLY[verb] ?? '250 ok');
  };
}

describe('handing mail over', () => {
  it('reaches the catcher in both forms with the same Message-ID', async () => {
    const { mails, url } = await catcher();

    await expect(sendMail(transportTo(url), MESSAGE)).resolves.toEqual({ messageId: MESSAGE.messageId });

    expect(mails).toMatchObject([{
      messageId: MESSAGE.messageId, from: '"Plumbline" <plumbline@harbour.example>', to: '"Ida Brandt" <ida@northwind.example>', subject: 'A question', text: 'Plain words', html: '<p>Plain words</p>', tenantId: 'ten_1',
    }]);
  });

  it('says that a program wrote it, so that no absence notice answers, and stands in its thread', async () => {
    const { url, data } = await scripted(friendlyBut({}));

    await sendMail(transportTo(url), { ...MESSAGE, inReplyTo: '<mail_0@plumbline.example.org>' });

    expect(data).toEqual(expect.arrayContaining(['Auto-Submitted: auto-generated', 'References: <mail_0@plumbline.example.org>', `Message-ID: ${MESSAGE.messageId}`, 'Reply-To: Omar Said <omar@harbour.example>']));
  });

  it('sends many over few connections', async () => {
    const { mails, url } = await catcher();
    const transport = transportTo(url);

    await Promise.all(Array.from({ length: 30 }, (_, index) => sendMail(transport, { ...MESSAGE, messageId: `<mail_${index}@plumbline.example.org>` })));

    expect(new Set(mails.map((mail) => mail.messageId)).size).toBe(30);
  });

  it('lets no name, subject or id add a header or a recipient', async () => {
    const { url, received, data } = await scripted(friendlyBut({}));
    const { mails, url: caught } = await catcher();
    const evil = 'Ida, Eve <eve@evil.example>\r\nBcc: all@evil.example\r\nRCPT TO:<all@evil.example>';
    const message: MailMessage = { ...MESSAGE, subject: `Hello\r\nBcc: all@evil.example`, to: { name: evil, address: MESSAGE.to.address }, from: { name: evil, address: MESSAGE.from.address }, messageId: '<a@b>\r\nX-Evil: 1' };

    await sendMail(transportTo(url), message);
    await sendMail(transportTo(caught), message);

    expect(received.filter((line) => line.startsWith('RCPT'))).toEqual(['RCPT TO:<ida@northwind.example>']);
    expect(data.filter((line) => /^(Bcc|X-Evil|RCPT)/i.test(line))).toEqual([]);
    expect(mails[0]!.to).toContain('ida@northwind.example');
    expect(mails[0]!.subject).toBe('Hello Bcc: all@evil.example');
  });

  it.each(['ida@a.example, eve@evil.example', 'ida@a.example\r\nBcc: x@y', '<ida@a.example>', 'ida', 'ida@', 'a@b@c', ''])('refuses %j as an address before anything is sent', async (address) => {
    const { mails, url } = await catcher();

    await expect(sendMail(transportTo(url), { ...MESSAGE, to: { name: 'Ida', address } })).rejects.toMatchObject({ code: 'PLB-MAIL-002' });

    expect(mails).toEqual([]);
  });
});

describe('a mail server that refuses', () => {
  it('for now (451) may be tried again, and then takes the mail', async () => {
    let tries = 0;
    const { url } = await scripted(friendlyBut({ RCPT: () => (++tries === 1 ? '451 greylisted, come back' : '250 ok') }));
    const transport = transportTo(url);

    await expect(sendMail(transport, MESSAGE)).rejects.toMatchObject({ code: 'PLB-MAIL-001', retryable: true, details: { answer: 451 } });
    await expect(sendMail(transport, MESSAGE)).resolves.toBeDefined();
  });

  it('an address for good (550) is told as a bounce, without the words of the server', async () => {
    const { url } = await scripted(friendlyBut({ RCPT: () => '550 secret-token no such user' }));

    const error: unknown = await sendMail(transportTo(url), MESSAGE).catch((caught: unknown) => caught);

    expect(error).toMatchObject({ code: 'PLB-MAIL-002', retryable: false, details: { answer: 550 } });
    expect((error as Error).message).not.toContain('secret-token');
  });

  it('the mail itself (554 after DATA) is told as a bounce', async () => {
    const { url } = await scripted(friendlyBut({ '.': () => '554 looks like spam' }));

    await expect(sendMail(transportTo(url), MESSAGE)).rejects.toMatchObject({ code: 'PLB-MAIL-002' });
  });

  it('our password (535) is our setting to correct, not a bounce', async () => {
    const { url } = await scripted(friendlyBut({ EHLO: () => '250-test\r\n250 AUTH PLAIN', AUTH: () => '535 bad credentials' }));
    const withPassword = url.replace('smtp://', 'smtp://user:hunter2@');

    const error: unknown = await sendMail(transportTo(withPassword), MESSAGE).catch((caught: unknown) => caught);

    expect(error).toMatchObject({ code: 'PLB-MAIL-001' });
    expect(JSON.stringify({ ...(error as object), message: (error as Error).message })).not.toContain('hunter2');
  });
});

describe('a mail server that is not there', () => {
  it('refuses the connection: tried again', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    await new Promise((resolve) => server.close(resolve));

    await expect(sendMail(transportTo(`smtp://127.0.0.1:${port}`), MESSAGE)).rejects.toMatchObject({ code: 'PLB-MAIL-001' });
  });

  it('falls silent after the mail: given up in time, tried again under the same Message-ID', async () => {
    const { url, received } = await scripted(friendlyBut({ '.': () => null }));
    const startedAt = Date.now();

    await expect(sendMail(transportTo(url, 700), MESSAGE)).rejects.toMatchObject({ code: 'PLB-MAIL-001' });

    expect(Date.now() - startedAt).toBeLessThan(3_000);
    expect(received).toContain('.');
  });

  it('offers no encryption where it is required: nothing is sent in clear', async () => {
    const { url, received } = await scripted(friendlyBut({ STARTTLS: () => '502 not here' }));

    await expect(sendMail(transportTo(`${url}?tls=required`), MESSAGE)).rejects.toMatchObject({ code: 'PLB-MAIL-001' });

    expect(received.filter((line) => /^(MAIL|RCPT|DATA|AUTH)/.test(line))).toEqual([]);
  });
});

describe('the built-in catcher', () => {
  it('answers 451 when the mail could not be kept, so that it is sent again', async () => {
    const { url } = await catcher(async () => {
      throw new Error('the database is away');
    });

    await expect(sendMail(transportTo(url), MESSAGE)).rejects.toMatchObject({ code: 'PLB-MAIL-001', details: { answer: 451 } });
  });

  it('listens on this machine only', async () => {
    const { url } = await catcher();

    expect(url).toMatch(/^smtp:\/\/127\.0\.0\.1:\d+$/);
  });

  it('survives clients that speak nonsense or hang up', async () => {
    const { mails, url } = await catcher();
    const { connect } = await import('node:net');
    const rude = connect(Number(new URL(url).port), '127.0.0.1');
    rude.on('error', () => undefined);
    rude.write(Buffer.from([0, 255, 13, 10, 71, 69, 84, 32, 47, 13, 10]));
    await new Promise((resolve) => setTimeout(resolve, 50));
    rude.destroy();

    await sendMail(transportTo(url), MESSAGE);

    expect(mails).toHaveLength(1);
  });
});
