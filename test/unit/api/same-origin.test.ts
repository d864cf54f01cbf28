import type { FastifyRequest } from 'fastify';
import { describe, expect, test } from 'vitest';
import { allowedOrigins, refuseForeignWrite } from '../../../src/api/same-origin.js';

function request(method: string, origin?: string): FastifyRequest {
  return { method, headers: origin === undefined ? {} : { origin } } as FastifyRequest;
}

describe('where a write may come from', () => {
  const origins = allowedOrigins('http://127.0.0.1:7080');

  test.each(['http://127.0.0.1:7080', 'http://localhost:7080', 'http://[::1]:7080'])('%s is the portal itself', (origin) => {
    expect(() => refuseForeignWrite(request('POST', origin), origins)).not.toThrow();
  });

  test.each(['http://127.0.0.1:7081', 'https://127.0.0.1:7080', 'http://evil.example', 'null', '', 'http://127.0.0.1:7080.evil.example'])('%j is not', (origin) => {
    expect(() => refuseForeignWrite(request('POST', origin), origins)).toThrow(expect.objectContaining({ code: 'PLB-API-006' }));
  });

  test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'PROPFIND'])('%s without a word about where it comes from is refused', (method) => {
    expect(() => refuseForeignWrite(request(method), origins)).toThrow(expect.objectContaining({ code: 'PLB-API-006' }));
  });

  test.each(['GET', 'HEAD', 'OPTIONS'])('%s is reading and passes', (method) => {
    expect(() => refuseForeignWrite(request(method, 'http://evil.example'), origins)).not.toThrow();
  });

  test('a configured address elsewhere does not let loopback in', () => {
    expect([...allowedOrigins('https://plumbline.example.org/')]).toEqual(['https://plumbline.example.org']);
  });
});
