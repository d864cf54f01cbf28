/** Drift as an officer reads it: one real change, one item, one sentence. */
import { describe, expect, it } from 'vitest';
import { diffSnapshots } from '../../../src/compare/index.js';
import type { JsonValue, Resource } from '../../../src/model/resource.js';
import { edge, resource, step, webhook, withProperties, workflow } from './estate.js';

const flow = workflow('w1', { name: 'Public order intake', stepCount: 3, edges: [edge('hook', 'shape'), edge('shape', 'send')] });
const hook = webhook('hook', { name: 'orders' });
const shape = step('shape', { name: 'Shape order', class: 'code', code: 'return items', parameters: { mode: 'all' } });
const send = step('send', {
  name: 'Send to ERP', class: 'http-request', hosts: ['erp.example.com'], clearText: false, tlsVerify: true, authentication: 'basic',
  credentials: [{ type: 'httpBasicAuth', id: 'c1', name: 'ERP' }], parameters: { url: 'https://erp.example.com/orders', options: { timeout: 10 } },
});
const estate = [flow, hook, shape, send];

function replaced(...changed: Resource[]): Resource[] {
  return estate.map((original) => changed.find((one) => one.key === original.key) ?? original);
}

function told(after: Resource[], before: Resource[] = estate): string[] {
  return diffSnapshots(before, after).map((item) => `${item.severity} ${item.class}: ${item.sentence}`);
}

function withParameters(original: Resource, changes: { [name: string]: JsonValue }): Resource {
  return withProperties(original, { parameters: { ...(original.properties['parameters'] as { [name: string]: JsonValue }), ...changes } });
}

describe('a changed step', () => {
  it('says that a webhook lost its password, with the parameter edit folded in', () => {
    const open = withProperties(withParameters(hook, { authentication: 'none' }), { authentication: 'none' });

    const [item, ...others] = diffSnapshots(estate, replaced(open));

    expect(others).toEqual([]);
    expect(item).toMatchObject({ class: 'auth-removed', severity: 'critical', change: 'changed', path: 'authentication', before: 'basic', after: 'none' });
    expect(item!.sentence).toBe('Webhook “orders” in “Public order intake” no longer asks for a password.');
    expect(item!.edits.map((edit) => edit.path)).toEqual(['authentication', 'parameters.authentication']);
  });

  it('says where data now goes', () => {
    const elsewhere = withProperties(withParameters(send, { url: 'http://paste.example.net/x' }), { hosts: ['paste.example.net'], clearText: true });

    expect(told(replaced(elsewhere))).toEqual([
      'high host-added: Request “Send to ERP” in “Public order intake” now sends data to paste.example.net instead of erp.example.com; the connection is not encrypted.',
    ]);
  });

  it('says that data now also goes to another host', () => {
    const both = withProperties(withParameters(send, { url: '={{ x }}' }), { hosts: ['erp.example.com', 'paste.example.net'] });

    expect(told(replaced(both))).toEqual(['high host-added: Request “Send to ERP” in “Public order intake” now also sends data to paste.example.net.']);
  });

  it('says that the certificate is no longer checked', () => {
    const lax = withProperties(withParameters(send, { options: { timeout: 10, allowUnauthorizedCerts: true } }), { tlsVerify: false });

    expect(told(replaced(lax))).toEqual(['high tls-off: Request “Send to ERP” in “Public order intake” no longer checks the certificate of erp.example.com.']);
  });

  it('names both credentials when one takes the place of the other', () => {
    const swapped = withProperties(send, { credentials: [{ type: 'httpBasicAuth', id: 'c2', name: 'Private' }] });

    expect(told(replaced(swapped))).toEqual(['high credential-swapped: Request “Send to ERP” in “Public order intake” now signs in with “Private” instead of “ERP”.']);
  });

  it('tells two changes that have nothing to do with each other as two items', () => {
    const twice = withProperties(withParameters(send, { url: 'https://erp2.example.com/orders', options: { timeout: 10, allowUnauthorizedCerts: true } }), { hosts: ['erp2.example.com'], tlsVerify: false });

    expect(told(replaced(twice))).toEqual([
      'high host-added: Request “Send to ERP” in “Public order intake” now sends data to erp2.example.com instead of erp.example.com.',
      'high tls-off: Request “Send to ERP” in “Public order intake” no longer checks the certificate of erp2.example.com.',
    ]);
  });

  it('tells changed code, and by its host when it now sends data elsewhere', () => {
    expect(told(replaced(withProperties(shape, { code: 'return []' })))).toEqual(['medium code-changed: Code step “Shape order” in “Public order intake” runs changed code.']);

    expect(told(replaced(withProperties(shape, { code: 'fetch("https://x.example")', hosts: ['x.example'] })))).toEqual([
      'high host-added: Code step “Shape order” in “Public order intake” now sends data to x.example; its code changed too.',
    ]);
  });

  it('folds all other settings of a step into one item', () => {
    expect(told(replaced(withParameters(send, { options: { timeout: 30 } })))).toEqual(['low configuration-changed: Request “Send to ERP” in “Public order intake” has changed settings: “timeout” from 10 to 30.']);
    expect(told(replaced(withParameters(send, { options: { timeout: 30, retry: true }, batch: 5 })))).toEqual([
      'low configuration-changed: Request “Send to ERP” in “Public order intake” has changed settings: “timeout”, “retry” and “batch”.',
    ]);
  });

  it('tells a new schedule of a schedule step', () => {
    const nightly = step('tick', { name: 'Nightly', class: 'schedule', parameters: { rule: { interval: [{ hour: 2 }] } } });

    expect(told([flow, withProperties(nightly, { parameters: { rule: { interval: [{ hour: 3 }] } } })], [flow, nightly])).toEqual([
      'low schedule-changed: Schedule “Nightly” in “Public order intake” runs at other times: “hour” from 2 to 3.',
    ]);
  });

  it('never prints a secret, changed or new', () => {
    const secret = (fingerprint: string): JsonValue => ({ redacted: true, kind: 'api-key', fingerprint });
    const before = withProperties(withParameters(send, { header: secret('aaaa1111') }), { inlineSecrets: [{ path: 'parameters.header', kind: 'api-key', fingerprint: 'aaaa1111' }] });
    const after = withProperties(withParameters(send, { header: secret('bbbb2222') }), { inlineSecrets: [{ path: 'parameters.header', kind: 'api-key', fingerprint: 'bbbb2222' }] });

    expect(told(replaced(after), replaced(before))).toEqual(['low secret-rotated: Request “Send to ERP” in “Public order intake” holds a changed secret.']);
    expect(told(replaced(after))).toEqual(['critical secret-inline: Request “Send to ERP” in “Public order intake” now holds a secret in clear text (api key).']);
  });

  it('tells another name and another place', () => {
    expect(told(replaced({ ...send, name: 'Send order' }))).toEqual(['info renamed: Request “Send order” in “Public order intake” was renamed; before it was “Send to ERP”.']);
    const second = workflow('w2', { name: 'Other' });
    const items = diffSnapshots([...estate, second], [...replaced(withProperties(send, { workflow: 'w2', workflowName: 'Other' })), second]);
    expect(items.map((item) => item.sentence)).toEqual(['Request “Send to ERP” in “Other” was moved here from “Public order intake”.']);
  });
});

describe('steps and workflows that come and go', () => {
  it('folds the connections and the count of a step put between two others into its item', () => {
    const between = step('log', { name: 'Log', class: 'code', code: 'x' });
    const wired = withProperties(flow, { stepCount: 4, edges: [edge('hook', 'log'), edge('log', 'shape'), edge('shape', 'send')] });

    const items = diffSnapshots(estate, [...replaced(wired), between]);

    expect(items.map((item) => item.sentence)).toEqual(['Code step “Log” was added to “Public order intake”.']);
    expect(items[0]!.edits).toHaveLength(3);
  });

  it('names the hosts that a new step talks to, and weighs it like a new host', () => {
    const sender = step('out', { name: 'Copy out', class: 'http-request', hosts: ['paste.example.net'] });

    expect(told([...estate, sender])).toEqual(['high added: Request “Copy out” was added to “Public order intake” and talks to paste.example.net.']);
  });

  it('tells other wiring as an item of the workflow', () => {
    expect(told(replaced(withProperties(flow, { edges: [edge('hook', 'send'), edge('shape', 'send')] })))).toEqual([
      'medium wiring-changed: Workflow “Public order intake” is wired differently: “orders” no longer leads to “Shape order”, and “orders” now leads to “Send to ERP”.',
    ]);
  });

  it('tells a new workflow with its steps as one item', () => {
    const other = workflow('w2', { name: 'Signup' });
    const own = { workflow: 'w2', workflowName: 'Signup' };
    const steps = [webhook('w2/a', { ...own, authentication: 'none' }), step('w2/b', own), step('w2/c', own)];

    expect(told([...estate, other, ...steps])).toEqual(['high added: Workflow “Signup” was added, with 3 steps, one of them an open webhook.']);
    expect(told(estate, [...estate, other, ...steps])).toEqual(['medium removed: Workflow “Signup” was removed, with 3 steps, one of them an open webhook.']);
  });

  it('does not take for removed what could not be read', () => {
    const credential = resource('credential-ref', 'c1', { type: 'httpBasicAuth' });

    expect(diffSnapshots([...estate, credential], estate, { unreadTypesAfter: ['credential-ref'] })).toEqual([]);
    expect(diffSnapshots([...estate, credential], estate, { unreadTypesAfter: ['credentials'] })).toEqual([]);
    expect(diffSnapshots([...estate, credential], estate)).toHaveLength(1);
  });

  it('takes a setting that is not told any more for unread, not for changed', () => {
    const settings = resource('platform-settings', 'instance', { adminAuth: 'SET', httpNodeAuth: 'SET' });
    const untold = resource('platform-settings', 'instance', { adminAuth: 'unknown' });

    expect(diffSnapshots([settings], [untold], { unreadTypesAfter: ['diagnostics'] })).toEqual([]);
    expect(diffSnapshots([settings], [untold])).not.toEqual([]);
  });

  it('tells no secret as gone that stood in what is not told now, and every other one', () => {
    const secret = (path: string) => ({ path, kind: 'api-key', fingerprint: '0123456789abcdef' });
    const before = resource('connector', 'ledger', { headers: ['X-Api-Key'], url: 'https://ledger.example.com', inlineSecrets: [secret('headers[0].value'), secret('url')] });
    const headersGone = resource('connector', 'ledger', { url: 'https://ledger.example.com', inlineSecrets: [secret('url')] });
    const bothGone = resource('connector', 'ledger', { url: 'https://ledger.example.com' });
    const untoldAfter = { connector: ['headers'] };

    expect(diffSnapshots([before], [headersGone], { untoldAfter })).toEqual([]);
    expect(diffSnapshots([before], [bothGone], { untoldAfter })).toHaveLength(1);
  });
});

describe('a difference that follows from another', () => {
  it('is folded into the connection that steps use', () => {
    const broker = resource('connector', 'b1', { name: 'Floor', type: 'mqtt-broker', hosts: ['mqtt.example.com'], clearText: false, parameters: { broker: 'mqtt.example.com', usetls: true } });
    const publish = step('pub', { name: 'Publish', class: 'message-queue', hosts: ['mqtt.example.com'], clearText: false, parameters: { broker: 'b1', topic: 'x' } });
    const opened = withProperties(broker, { clearText: true, parameters: { broker: 'mqtt.example.com', usetls: false } });

    const items = diffSnapshots([flow, broker, publish], [flow, opened, withProperties(publish, { clearText: true })]);

    expect(items.map((item) => item.sentence)).toEqual(['Connection “Floor” now talks to mqtt.example.com without encryption.']);
    expect(items[0]!.edits.map((edit) => edit.path)).toContain('Publish: clearText');
  });

  it('is folded into the sign-in that all entry points of the platform share', () => {
    const settings = resource('platform-settings', 'instance', { httpNodeAuth: 'SET' });

    expect(told([withProperties(settings, { httpNodeAuth: 'UNSET' }), ...replaced(withProperties(hook, { authentication: 'none' }))], [settings, ...estate])).toEqual([
      'critical auth-removed: The platform no longer asks callers of its HTTP entry points to sign in.',
    ]);
  });

  it('is folded into the workflow that was switched off, or renamed', () => {
    const off = estate.map((one) => withProperties(one, { enabled: false }));
    const renamed = estate.map((one) => (one.kind === 'workflow' ? { ...one, name: 'Orders' } : withProperties(one, { workflowName: 'Orders' })));

    expect(told(off)).toEqual(['low disabled: Workflow “Public order intake” was switched off.']);
    expect(told(renamed)).toEqual(['info renamed: Workflow “Orders” was renamed; before it was “Public order intake”.']);
  });

  it('is folded into the step that lets outside data in', () => {
    const query = step('db', { name: 'Store', class: 'database', untrustedInput: false });
    const fresh = webhook('in', { name: 'in', authentication: 'header' });

    const items = diffSnapshots([...estate, query], [...replaced(withProperties(flow, { stepCount: 5, edges: [...(flow.properties['edges'] as JsonValue[]), edge('in', 'db')] })), withProperties(query, { untrustedInput: true }), fresh]);

    expect(items.map((item) => item.class)).toEqual(['added']);
    expect(items[0]!.edits.map((edit) => edit.path)).toContain('Store: untrustedInput');
  });

  it('keeps its own item when nothing explains it', () => {
    expect(told(replaced(withProperties(send, { tlsVerify: false })))).toHaveLength(1);
  });
});

describe('unpublished drafts', () => {
  const published = withProperties(flow, { published: true, draftDiffers: false });
  const pending = withProperties(flow, { published: true, draftDiffers: true });
  const draft = { ...withProperties(withParameters(hook, { authentication: 'none' }), { authentication: 'none', version: 'draft' }), key: 'hook@draft' };

  it('are told by what they change, and not as new steps', () => {
    expect(told([pending, hook, shape, send, draft], [published, hook, shape, send])).toEqual([
      'medium auth-removed: The unpublished draft of “Public order intake” changes webhook “orders”: it no longer asks for a password.',
    ]);
  });

  it('are told at the live step when they are published', () => {
    const live = withProperties(withParameters(hook, { authentication: 'none' }), { authentication: 'none' });

    expect(told([published, live, shape, send], [pending, hook, shape, send, draft])).toEqual(['critical auth-removed: Webhook “orders” in “Public order intake” no longer asks for a password.']);
  });

  it('are told once when they are given up', () => {
    expect(told([published, hook, shape, send], [pending, hook, shape, send, draft])).toEqual(['low configuration-changed: Workflow “Public order intake” no longer has unpublished changes.']);
  });
});

describe('other resources', () => {
  it('tells people, packages and settings by what they may do', () => {
    const before = [resource('user', 'u1', { name: 'ana@example.com', role: 'member', administrator: false, mfaEnabled: true }), resource('package', 'p1', { name: 'node-red-x', version: '1.0.0' }), resource('platform-settings', 'instance', { adminAuth: 'SET', version: '4.1.1' })];
    const after = [resource('user', 'u1', { name: 'ana@example.com', role: 'admin', administrator: true, mfaEnabled: true }), resource('package', 'p1', { name: 'node-red-x', version: '1.1.0' }), resource('platform-settings', 'instance', { adminAuth: 'UNSET', version: '4.1.2' })];

    expect(told(after, before)).toEqual([
      'critical auth-removed: The platform no longer asks for a sign-in to its editor and admin API.',
      'high scope-widened: Account “ana@example.com” may now also administer the whole platform.',
      'medium package-changed: Package “node-red-x” is now version “1.1.0” instead of “1.0.0”.',
      'medium setting-changed: The platform has changed settings: “version” from “4.1.1” to “4.1.2”.',
    ]);
  });

  it('ignores what the platform did: runs and audit entries', () => {
    expect(diffSnapshots([], [resource('run-stats', 'r'), resource('audit-event', 'a')])).toEqual([]);
  });
});

describe('fingerprints', () => {
  it('stay when only the values differ, so that decisions stick', () => {
    const first = diffSnapshots(estate, replaced(withProperties(send, { hosts: ['a.example'] })));
    const second = diffSnapshots(estate, replaced(withProperties(send, { hosts: ['b.example'] })));

    expect(second[0]!.fingerprint).toBe(first[0]!.fingerprint);
  });
});
