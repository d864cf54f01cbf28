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
  ])('%s', (text, hosts, dynamic, clearText) => {
    expect(read(text)).toEqual({ hosts, dynamic, clearText });
  });
});
