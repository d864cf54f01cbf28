import { describe, expect, test } from 'vitest';
import { openApiDocument } from '../../../src/api/index.js';
import { ROUTES } from '../../../src/api/routes/index.js';

interface Operation {
  operationId: string;
  security?: unknown;
  responses: Record<string, unknown>;
}
type Paths = Record<string, Record<string, Operation>>;

async function paths(): Promise<Paths> {
  return ((await openApiDocument()) as { paths: Paths }).paths;
}

describe('the OpenAPI document', () => {
  test('is the committed docs/openapi.json (after a change of a route: npx vitest run -u test/unit/api/open-api.test.ts)', async () => {
    const document = await openApiDocument();

    await expect(`${JSON.stringify(document, null, 2)}\n`).toMatchFileSnapshot('../../../docs/openapi.json');
  });

  test('describes every route that exists, and each under its own id', async () => {
    const described = await paths();

    const operations = Object.values(described).flatMap((methods) => Object.values(methods));
    expect(operations).toHaveLength(ROUTES.length);
    expect(new Set(operations.map((operation) => operation.operationId)).size).toBe(ROUTES.length);
  });

  test('names every component that it refers to', async () => {
    const document = JSON.stringify(await openApiDocument());

    const names = new Set(Object.keys((JSON.parse(document) as { components: { schemas: object } }).components.schemas));
    const references = [...document.matchAll(/#\/components\/schemas\/([^"]+)/g)].map((match) => match[1]!);
    expect(references.length).toBeGreaterThan(50);
    expect(references.filter((name) => !names.has(name))).toEqual([]);
  });

  test('tells what a refusal looks like at every address', async () => {
    const operations = Object.values(await paths()).flatMap((methods) => Object.values(methods));

    expect(operations.filter((operation) => operation.responses['default'] === undefined)).toEqual([]);
  });
});
