import { describe, expect, it } from 'vitest';
import { newReading, readAddress } from '../../../src/collect/emit/addresses.js';

function read(...texts: string[]): { hosts: string[]; dynamic: boolean; clearText: boolean } {
  const reading = newReading();
  for (const text of texts) readAddress(text, reading);
  return { hosts: [...reading.hosts].sort(), dynamic: reading.dynamic, clearText: reading.clearText };
}

describe('addresses as people write them in steps', () => {
  it.each([
    ['https://API.Example.org:8443/x?y=1', ['api.example.org'], false, false],
    ['http://api.example.org', ['api.example.org'], false, true],
    ['http://localhost:3000/x', [], false, false],
    ['http://127.0.0.1/x', [], false, false],
    ['http://10.0.0.5/x', ['10.0.0.5'], false, true],
    ['=https://api.example.org/{{ $json.id }}', ['api.example.org'], false, false],
    ['=https://{{ $json.host }}/x', [], true, false],
    ['=http://{{ $json.host }}/x', [], true, true],
    ['=https://{{ $json.tenant }}.example.org/x', [], true, false],
    ['={{ $json.url }}', [], true, false],
    ["={{ 'https://api.example.org/v1/' + $json.id }}", ['api.example.org'], false, false],
    ["={{ 'https://' + $json.host }}", [], true, false],
    ["={{ $json.live ? 'https://a.example.org/x' : 'https://b.example.org/x' }}", ['a.example.org', 'b.example.org'], false, false],
    ['https://bob:[redacted url-password 0123456789abcdef]@db.example.org/x', ['db.example.org'], false, false],
    ['mqtt://broker.example.org:1883', ['broker.example.org'], false, true],
    ['wss://stream.example.org/x', ['stream.example.org'], false, false],
    ['broker.example.org:8883', ['broker.example.org'], false, false],
    ['https://office.example.org/x?zone={{zone}}', ['office.example.org'], false, false],
    ['https://[2001:db8::1]/x', ['2001:db8::1'], false, false],
    ['https://good.example.org\\@evil.example.com/', ['good.example.org'], false, false],
    ['', [], false, false],
    ['https://host:port/x', [], true, false],
    // Make
    ['{{1.url}}', [], true, false],
    ['https://{{1.shop}}.example.com/x', [], true, false],
    ['https://api.example.com/{{1.id}}?a={{2.b}}', ['api.example.com'], false, false],
    ['{{ifempty(1.url; "https://fallback.example.com/x")}}', ['fallback.example.com'], false, false],
    // Power Automate and Logic Apps
    ["https://@{parameters('host')}/x", [], true, false],
    ["https://api.example.com/@{triggerBody()?['id']}", ['api.example.com'], false, false],
    ["https://@{body('Get')?['tenant']}.example.com/x", [], true, false],
    ["@parameters('address')", [], true, false],
    ["@{outputs('Compose')}", [], true, false],
    ["@concat('https://api.example.com/', triggerBody()?['id'])", ['api.example.com'], false, false],
    ["@concat('https://', parameters('host'), '/x')", [], true, false],
    ["@concat('https://api.', parameters('zone'), '.example.com/x')", [], true, false],
    ["@concat('http://api.example.com', '/v1/', triggerBody()?['id'])", ['api.example.com'], false, true],
    ["@if(equals(1, 2), 'https://a.example.com', 'https://b.example.com')", ['a.example.com', 'b.example.com'], false, false],
    ['https://bob:word@api.example.com/x', ['api.example.com'], false, false],
    // Workato
    ['#{_dp(\'{"path":["url"]}\')}', [], true, false],
    ["https://#{_('data.rest.a1.host')}/x", [], true, false],
    ["https://api.example.com/#{_('data.rest.a1.id')}", ['api.example.com'], false, false],
    // Retool, ToolJet, Budibase
    ['{{ retoolContext.configVars.base }}/v1/x', [], true, false],
    ['https://api.example.com/{{ table1.selectedRow.id }}', ['api.example.com'], false, false],
    ["{{ environment.name === 'production' ? 'https://live.example.com/x' : 'https://test.example.com/x' }}", ['live.example.com', 'test.example.com'], false, false],
    // Salesforce, ServiceNow
    ['{!$Label.Endpoint}/x', [], true, false],
    ['https://{!Account_Host}/x', [], true, false],
    ['callout:Warehouse/orders', [], true, false],
    ['${endpoint}/x', [], true, false],
    ['https://${instance}.example.com/x', [], true, false],
    // Langflow, Zapier
    ['https://{host}/x', [], true, false],
    ['https://api.example.com/{id}', ['api.example.com'], false, false],
    ['https://{{151234__subdomain}}.example.com', [], true, false],
  ])('%s', (text, hosts, dynamic, clearText) => {
    expect(read(text)).toEqual({ hosts, dynamic, clearText });
  });
});

describe('an address of hostile length', () => {
  it.each([
    ['open braces', `https://${'{{'.repeat(50_000)}`],
    ['open marks of Workato', `https://${'#{'.repeat(50_000)}`],
    ['open marks of Power Automate', `https://${'@{'.repeat(50_000)}`],
    ['open dollars', `https://${'${'.repeat(50_000)}`],
    ['open quotes', `{{${"'a://".repeat(50_000)}}}`],
  ])('is read in time: %s', (_what, text) => {
    const began = performance.now();

    read(text);

    expect(performance.now() - began).toBeLessThan(1_000);
  });
});
