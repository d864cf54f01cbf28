import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MAIL_KINDS } from '../../../src/model/assessment.js';
import { renderMail, type MailFacts } from '../../../src/remind/index.js';

const TEMPLATES = join(import.meta.dirname, '../../../templates');
const LINK = 'https://plumbline.example.org/answer#TOKEN';
const FACTS: MailFacts = {
  organisation: 'Harbour Cooperative', recipientName: 'Ida Brandt', requesterName: 'Omar Said', requesterEmail: 'omar@harbour.example', vendorName: 'Northwind Ltd',
  contactName: 'Ida Brandt', contactEmail: 'ida@northwind.example', questionnaireTitle: 'Vendor security questionnaire (MVSP v3)', questionCount: 34, answeredCount: 9, minutes: 35,
  dueAt: '2026-12-18T16:00:00.000Z', submittedAt: '2026-12-10T09:30:00.000Z', submittedBy: 'Ida Brandt', remindersSent: 4, linkOpenUntilAt: '2027-01-17T16:00:00.000Z',
  platformName: 'Line automation', message: 'n8n.harbour.example refused the key.', refusedAt: '2026-12-01T02:00:05.000Z', acceptedAt: '2026-12-03T02:01:00.000Z', lastReadAt: '2026-11-30T02:01:00.000Z', told: 'Omar Said, Ida Brandt', canReplace: false, administrators: 'Ada Admin',
};

function render(kind: (typeof MAIL_KINDS)[number], facts: MailFacts = FACTS, link: string | null = LINK) {
  return renderMail({ kind, facts, link, locale: 'en-GB', templatesRoot: TEMPLATES });
}

function visibleText(html: string): string {
  const body = html.replace(/<head>[\s\S]*<\/head>/, '').replace(/<[^>]+>/g, ' ');
  return body.replaceAll('&quot;', '"').replaceAll('&#x27;', "'").replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&#x3D;', '=').replaceAll('&#x60;', '`').replaceAll('&amp;', '&').replace(/\s+/g, ' ');
}

describe('mails', () => {
  it.each(MAIL_KINDS)('of kind %s say the same in text and in HTML', async (kind) => {
    const mail = await render(kind);

    const html = visibleText(mail.html);
    for (const line of mail.text.split('\n').map((part) => part.replace(/^([A-Z][a-z ]+):\s+/, '').replace(/:$/, '').trim())) {
      if (line !== '--') expect(html).toContain(line.trim());
    }
    expect(mail.subject).not.toMatch(/\{|undefined|null/);
    expect(mail.text + html).not.toMatch(/\{\{|undefined|\[object/);
  });

  it('tell of a refused key who can put a new one in place', async () => {
    const [officer, administrator] = [await render('key-refused'), await render('key-refused', { ...FACTS, canReplace: true })];

    expect(officer.subject).toBe('Line automation refuses its key');
    expect(officer.text.replaceAll('\n', ' ')).toContain('An administrator of Plumbline puts it in place: Ada Admin.');
    expect(officer.text).toContain('Open the platform:');
    expect(administrator.text).toContain(`Replace the key:\n${LINK}`);
    expect(administrator.text.replaceAll('\n', ' ')).toContain('n8n.harbour.example refused the key. Until the key is replaced, nothing new is read there.');
  });

  it('tell in the request who asks, how long it takes, by when, and whom to ask', async () => {
    const { text } = await render('request');

    for (const part of ['Omar Said of Harbour Cooperative', '34 questions, about 35 minutes; 9 already filled in', 'Friday', '18 December 2026', '16:00 UTC', 'Omar Said, omar@harbour.example', LINK]) expect(text.replace(/\n(?=\S)/g, ' ')).toContain(part);
  });

  it('tell the officer of an address that takes no mail without saying that nobody answered', async () => {
    const [late, unreached] = [await render('escalation'), await render('escalation', { ...FACTS, undeliverable: true })];

    expect(late.subject).toBe('No answer from Northwind Ltd: questionnaire overdue');
    expect(unreached.subject).toBe('The questionnaire did not reach Northwind Ltd');
    expect(unreached.text).toContain('could not be delivered');
    expect(unreached.text + unreached.subject).not.toMatch(/overdue|not answered|no submission/);
    expect(unreached.html.match(/<h1/g)).toHaveLength(1);
  });

  it('count in the singular where there is one', async () => {
    const { text } = await render('request', { ...FACTS, questionCount: 1, minutes: 1, answeredCount: 0 });

    expect(text).toContain('1 question, about 1 minute\n');
  });

  it('show hostile facts as they are, in one line, and let them build nothing', async () => {
    const hostile = 'Evil" <img src=x onerror=alert(1)> {{constructor}}\r\nBcc: all@example.org\n\n[Click]\n\n# Head | \u202Egnp.exe';

    const mail = await render('request', { ...FACTS, vendorName: hostile, recipientName: hostile, requesterName: hostile });

    expect(mail.subject).not.toMatch(/[\r\n\u202e]/);
    expect(mail.html).not.toContain('<img');
    expect(mail.html).toContain('&lt;img');
    expect(mail.html.match(/<a /g)).toHaveLength(1);
    expect(mail.html.match(/<h1/g)).toHaveLength(1);
    expect(mail.text).not.toMatch(/\n\n(Bcc|\[Click|# Head)/);
    expect(visibleText(mail.html)).toContain('{{constructor}} Bcc: all@example.org [Click] # Head | gnp.exe');
  });

  it('carry only web links, load nothing and run nothing', async () => {
    const { html } = await render('request');

    expect(html).not.toMatch(/<(script|img|link|iframe|form|object)\b|url\(|@import/i);
    await expect(render('request', FACTS, 'javascript:alert(1)')).rejects.toThrow(RangeError);
  });

  it('fail when a fact is missing instead of sending a gap', async () => {
    const { dueAt: _, ...without } = FACTS as Record<string, string>;

    await expect(render('reminder', without)).rejects.toThrow();
  });
});
