import { describe, expect, it } from 'vitest';
import { connectorPage } from '../../../src/collect/pages/connector-page.js';
import { factsOf, limitTexts, readRows, signInOf } from '../../../src/collect/pages/facts.js';
import { connectors } from './mapping-fixtures.js';

const loaded = await connectors();
const of = (id: string) => loaded.get(id)!;
const row = (id: string, title: string) => readRows(of(id)).find((each) => each.title === title)!;

describe('what a page says of a request', () => {
  it('tells lists of one address apart by what they ask for', () => {
    expect(row('salesforce', 'People').requests).toEqual(['GET /query?q=... FROM User']);
    expect(row('power-platform', 'Desktop flows').requests[0]).toContain('$filter=category eq 6');
    expect(row('workato', 'Recipes').requests).toEqual(['GET /recipes']);
  });

  it('names the first steps of an export and the POST that starts it', () => {
    const { requests, notes } = row('power-platform', 'The question to the activity log');

    expect(requests).toEqual(['POST https://graph.microsoft.com/v1.0/security/auditLog/queries', 'GET https://graph.microsoft.com/v1.0/security/auditLog/queries/{job}']);
    expect(notes.join(' ')).toMatch(/A POST that only reads: .*It changes nothing on the platform/);
  });

  it('says what a missing right does to the scan, and nothing where no right is needed', () => {
    expect(row('salesforce', 'People').without).toBe('told as no permission, and the scan is incomplete');
    expect(row('salesforce', 'Profiles').without).toBe('told as no permission; the rest is read');
    expect(row('node-red', 'Sign-in method').without).toBe('-');
    expect(row('node-red', 'Whether the flows run').without).toContain('not asked for on versions other than >=3.0.0');
  });

  it('names lists by their titles, and hosts by their addresses', () => {
    expect(row('mendix', 'Environments by the older API').notes).toEqual(['One request per entry of "Apps by the older API", at most 2000.']);
    expect(limitTexts(of('zapier'))).toContain('api.zapier.com: 50 requests a minute, 1 at once.');
    expect(signInOf(of('mendix'))).toContain('At deploy.mendix.com: The key is sent in the header Mendix-Username, Mendix-ApiKey.');
  });
});

describe('what a page says of a choice', () => {
  it('shows the first option\'s hosts, and those of all options in a list', () => {
    const page = connectorPage(of('power-platform'), '');

    expect(page).toContain('requests go to https://api.bap.microsoft.com, or to its counterpart');
    expect(page).toContain('- **GCC High**: login.microsoftonline.us, high.api.bap.microsoft.us');
    expect(factsOf(of('power-platform')).signIn).toContain('https://login.microsoftonline.com/{tenantId}/oauth2/v2.0/token');
  });

  it('says which way of signing in needs a field', () => {
    const page = connectorPage(of('servicenow'), '');

    expect(page).toContain('| `password` | Password (for User name and password) | secret |');
    expect(page).toContain('| `signIn` | Sign-in (may be left empty): User name and password, OAuth client |');
    expect(connectorPage(of('salesforce'), '')).not.toContain('(for client credentials) (for');
  });
});
