/** The parts of the file: operators, colour profile, typeface, key and signature. */
import { PDFDocument } from 'pdf-lib';
import { describe, expect, it } from 'vitest';
import { wrapUnmarked } from '../../../src/report/artifacts.js';
import { loadReportFonts } from '../../../src/report/fonts.js';
import { sRgbProfile } from '../../../src/report/icc.js';
import { certificateSerial, createSigningIdentity, signPdf, signingFingerprint } from '../../../src/report/sign.js';
import { addSignatureField } from '../../../src/report/signature-field.js';
import { verifyPdf } from '../../../src/report/verify.js';

describe('marking artifacts', () => {
  it('wraps a drawing that is in no marked content, and nothing else', () => {
    const content = 'q\n0 0 10 10 re\nW* n\n1 0 0 rg\n0 0 m\n5 5 l\nh\nf\n/P <</MCID 0 >>BDC\nBT\n(a ( b\\) f ) Tj\nET\n1 1 2 2 re\nf\nEMC\nQ\n';

    const wrapped = wrapUnmarked(content);

    expect(wrapped).toBe(content.replace('0 0 m\n5 5 l\nh\nf\n', '/Artifact BMC\n0 0 m\n5 5 l\nh\nf\nEMC\n\n'));
  });

  it('wraps a picture and a text, and takes no string, name or number for an operator', () => {
    expect(wrapUnmarked('/Im1 Do')).toBe('/Artifact BMC\n/Im1 Do\nEMC\n');
    expect(wrapUnmarked('BT\n<0041> Tj\nET')).toBe('/Artifact BMC\nBT\n<0041> Tj\nET\nEMC\n');
    expect(wrapUnmarked('BT\n/P <</MCID 1>> BDC\n(x) Tj\nEMC\nET')).not.toContain('Artifact');
    expect(wrapUnmarked('/f gs\n[(S) 3 (f)] 0 d\n% f\n')).not.toContain('Artifact');
  });
});

describe('the colour profile', () => {
  it('is a display profile of its stated length with nine tags inside it', () => {
    const profile = sRgbProfile();
    const view = new DataView(profile.buffer);

    expect(view.getUint32(0)).toBe(profile.length);
    expect(Buffer.from(profile).toString('latin1', 12, 24)).toBe('mntrRGB XYZ ');
    expect(view.getUint32(128)).toBe(9);
    for (let tag = 0; tag < 9; tag += 1) expect(view.getUint32(132 + tag * 12 + 4) + view.getUint32(132 + tag * 12 + 8)).toBeLessThanOrEqual(profile.length);
  });
});

describe('the typeface', () => {
  it('draws Latin, Greek and Cyrillic and says what it cannot draw', async () => {
    const { covers } = await loadReportFonts();

    for (const char of 'AzÜłΩЖ…–·’“') expect(covers(char.codePointAt(0) ?? 0), char).toBe(true);
    for (const char of '日🚀ن') expect(covers(char.codePointAt(0) ?? 0), char).toBe(false);
  });
});

describe('the serial number of a certificate', () => {
  it.each([[0x00, 0x12], [0x00, 0x00], [0x00, 0x80], [0x7f, 0xff], [0x80, 0x00], [0xff, 0xff]])('is positive and has no zero in front, also when chance gives %i, %i', (first, second) => {
    const serial = Buffer.from(certificateSerial(Buffer.from([first, second, ...Buffer.alloc(14, 0xab)])), 'hex');

    expect(serial.length).toBe(16);
    expect(serial[0]).toBeGreaterThan(0);
    expect(serial[0]).toBeLessThan(0x80);
  });
});

describe('the signature', () => {
  async function signed(text: string): Promise<{ pdf: Uint8Array; again: Uint8Array; fingerprint: string }> {
    const identity = await createSigningIdentity({ name: 'Ürganisation GmbH', passphrase: 'pass ✓', notBefore: new Date('2026-01-01T00:00:00Z') });
    const at = new Date('2026-11-22T15:40:00Z');
    const doc = await PDFDocument.create({ updateMetadata: false });
    doc.addPage().drawText('x');
    doc.setTitle(text);
    await doc.flush();
    addSignatureField(doc, { name: 'Plumbline', reason: 'Test' }, at);
    const open = await doc.save({ useObjectStreams: false });
    return { pdf: await signPdf(open, identity, at), again: await signPdf(open, identity, at), fingerprint: signingFingerprint(identity) };
  }

  it('is the same for the same file, key and date, and verifies', async () => {
    const { pdf, again, fingerprint } = await signed('title');

    expect(Buffer.compare(pdf, again)).toBe(0);
    expect(verifyPdf(pdf, fingerprint)).toEqual({ valid: true, reason: expect.any(String), signer: 'Ürganisation GmbH', fingerprint, signedAt: '2026-11-22T15:40:00.000Z' });
  });

  it('does not survive a change of any single byte of its own container', async () => {
    const { pdf } = await signed('title');
    const from = Buffer.from(pdf).lastIndexOf('/Contents <') + '/Contents <'.length;
    for (let at = from; at < from + 5000; at += 7) {
      const changed = new Uint8Array(pdf);
      changed[at] = changed[at] === 0x31 ? 0x32 : 0x31;
      expect(verifyPdf(changed).valid, `byte ${at - from}`).toBe(false);
    }
  });
});
