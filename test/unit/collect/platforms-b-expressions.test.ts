/** Expressions of Power Automate and Salesforce are no secrets, and a secret beside them is still one. */
import { describe, expect, it } from 'vitest';
import { isLiteralToken, literalUnder } from '../../../src/collect/redact/literals.js';

describe('values under a name that tells a secret', () => {
  it.each([
    "@parameters('ApiKey')", "@{variables('token')}", "Bearer @{body('Get_token')?['access_token']}", "@outputs('Secret')?['body/value']",
    '{!$Credential.Password}', 'Bearer {!$Credential.OAuthToken}',
  ])('take %s for an expression', (text) => {
    expect(literalUnder(text)).toBeNull();
  });

  it.each(['@Summer2024!', 'p@ssw0rd', 'Bearer 0123456789abcdef01', "Key-8f2c1d93ab47e650 @{utcNow()}"])('take %s for a secret', (text) => {
    expect(literalUnder(text)).toBe(text);
  });

  it('find no token in an address that is filled in at run time', () => {
    expect(isLiteralToken("@{variables('key')}")).toBe(false);
  });
});
