import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openDoor } from '../../../src/collect/http/door.js';
import { Manifest } from '../../../src/collect/manifest/schema.js';
import { checkSendable } from '../../../src/collect/manifest/sendable-rules.js';
import type { JsonValue } from '../../../src/model/resource.js';
import { connectors } from './mapping-fixtures.js';

const REASON = 'It only asks, says its maker.';
const source = { file: 'manifest.yaml', lineOf: () => 1 };

/** What loading says of a manifest with this one resource; null = it is taken. */
function refusalOf(rule: Record<string, unknown>, more: Record<string, unknown> = {}): string | null {
  const manifest = Manifest.parse({
    apiVersion: 'connector/v1', id: 'made-up', title: 'Made up', about: 'A platform for tests.', evidence: 'constructed', secretFields: [{ name: 'token', label: 'Key', kind: 'password' }], auth: { kind: 'none' }, redact: {},
    probe: { types: ['things'] }, resources: { things: { title: 'Things', right: 'things.read', ...rule } }, emit: [], ...more,
  });
  try {
    checkSendable(manifest, source as unknown as Parameters<typeof checkSendable>[1]);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}
const posting = (body: JsonValue, path = '/search'): Record<string, unknown> => ({ readOnlyPost: { path, body, reason: REASON } });
const form = (fields: Record<string, string>): Record<string, unknown> => ({ readOnlyPost: { path: '/search', form: fields, reason: REASON } });
const graphql = (query: string): Record<string, unknown> => posting({ query }, '/graphql');

describe('a manifest that would write', () => {
  it.each<[string, Record<string, unknown>]>([
    ['a batch of OData that deletes', posting({ requests: [{ id: '1', method: 'GET', url: '/me' }, { id: '2', method: 'DELETE', url: '/users/1' }] }, '/v1.0/$batch')],
    ['a batch in other letters', posting({ requests: [{ id: '1', Method: ' delete ', url: '/users/1' }] }, '/%24batch')],
    ['a batch whose method is filled in', posting({ requests: [{ method: '{zone}', url: '/users/1' }] })],
    ['a composite request', posting({ compositeRequest: [{ method: 'PATCH', url: '/sobjects/Account/1', referenceId: 'a', body: {} }] })],
    ['a batch of Salesforce', posting({ batchRequests: [{ method: 'Post', url: 'v60.0/sobjects/Account', richInput: {} }] })],
    ['a batch of another maker', posting({ batch: { ops: [{ httpMethod: 'PUT', path: '/flows/1' }] } })],
    ['a batch in a form', form({ batch: '[{"method":"POST","relative_url":"me/feed"}]' })],
    ['a multipart body in a text', posting({ raw: '--b\r\nContent-Type: application/http\r\n\r\nDELETE /users/1 HTTP/1.1\r\n\r\n--b--' })],
    ['a mutation', graphql('mutation { deleteFlow(id: 1) { id } }')],
    ['a named mutation behind a query', { ...posting([{ query: '{ me { id } }' }, { query: 'query A { me { id } } mutation B { deleteFlow(id: 1) { id } }', operationName: 'B' }] as unknown as JsonValue, '/graphql') }],
    ['a mutation behind a fragment', graphql('fragment F on Flow { id }\nmutation($id: ID!) @live { remove: deleteFlow(id: $id) { ...F } }')],
    ['a mutation behind a comment that ends with a return', graphql('# harmless\rmutation { a { id } }')],
    ['a mutation behind a block text with escaped quotes', graphql('{ a(x: """\\"""""") { id } } mutation { b { id } }')],
    ['a mutation behind commas and a byte order mark', graphql('\uFEFF,,mutation,{ a { id } }')],
    ['a mutation in another member', posting({ operation: { document: 'mutation { a { id } }' } })],
    ['a mutation in a form', form({ query: 'mutation { a { id } }' })],
    ['a mutation in an address', { get: '/graphql', query: { query: 'mutation { a { id } }' } }],
    ['a stored query', posting({ operationName: 'X', extensions: { persistedQuery: { version: 1, sha256Hash: 'abc' } } }, '/graphql')],
    ['a stored query by its id', posting({ id: 'abc', variables: {} }, '/graphql')],
    ['a stored query in an address', { get: '/graphql', query: { extensions: '{"persistedQuery":{"version":1,"sha256Hash":"abc"}}' } }],
    ['a query that is filled in', posting({ query: '{zone}' }, '/api/graphql')],
    ['a JSON-RPC call that deletes', posting({ jsonrpc: '2.0', method: 'user.delete', params: {}, id: 1 })],
    ['a JSON-RPC call that is filled in', posting({ jsonrpc: '2.0', method: '{zone}', id: 1 })],
    ['SQL that deletes', posting({ sql: 'DELETE FROM flows' })],
    ['SQL that deletes after a query', posting({ statement: 'select 1; delete\n\tfrom flows where id = 1' })],
    ['SQL that deletes inside of a query', posting({ query: 'with gone as (delete from flows returning *) select * from gone' })],
    ['SQL in a comment that MySQL runs', posting({ query: 'select 1 /*!50000 ; drop table flows */' })],
    ['SQL split by a comment', posting({ query: 'update/**/flows/**/set a = 1' })],
    ['SQL that writes a file', posting({ query: "select * from flows into outfile '/x'" })],
    ['SQL that makes a table', posting({ query: 'select * into copy_of_flows from flows' })],
    ['a procedure', posting({ statements: ['call remove_all()'] })],
    ['SQL in an address', { get: '/query', query: { q: 'DELETE FROM Account' } }],
    ['a pipeline that writes', posting({ pipeline: [{ $match: {} }, { $out: 'copy' }] })],
    ['SPARQL that writes', form({ update: 'INSERT DATA { <a> <b> <c> }' })],
    ['Kusto that drops', posting({ csl: '.drop table Flows' })],
    ['Cypher that deletes', posting({ statements: [{ statement: 'MATCH (n) DETACH DELETE n' }] })],
    ['code that runs', { get: '/services/data/v60.0/tooling/executeAnonymous', query: { anonymousBody: 'delete [select Id from Account];' } }],
    ['an index that is written', posting({ query: {} }, '/flows/_delete_by_query')],
    ['an action of OData', posting({}, '/api/data/v9.2/PublishXml')],
    ['an action of OData bound to a row', posting({}, '/api/data/v9.2/workflows({zone})/Microsoft.Dynamics.CRM.ExecuteWorkflow')],
    ['an action of OData by its name', posting({}, '/things/Contoso.Flows.Reset')],
    ['an action of OData elsewhere', posting({}, '/odata/Flows(1)/Default.Disable')],
    ['a start of an export that deletes', { job: { submit: { path: '/exports', body: { requests: [{ method: 'DELETE', url: '/x' }] }, reason: REASON }, id: 'id', poll: '/exports/{job}', done: 'done' } }],
    ...['X-HTTP-Method-Override', 'x-http-method', 'X_HTTP_METHOD_OVERRIDE', 'X-Method-Override', 'X-HTTP-Verb', 'X-REST-Method', 'X-Original-Method', 'X-Tunneled-Method', 'X-Request-Method', 'Method-Override', 'HTTP-Method', 'Method'].map((name): [string, Record<string, unknown>] => [`the header ${name}`, { get: '/things', headers: { [name]: 'DELETE' } }]).filter(([what]) => what !== 'the header Method'),
    ...['_method', '_METHOD', '_method[]', '$method', 'X-HTTP-Method-Override', 'x_http_method_override', '_httpMethod', 'http_method', '_verb'].map((name): [string, Record<string, unknown>] => [`the parameter ${name}`, { get: '/things', query: { [name]: 'DELETE' } }]),
    ['the parameter method that deletes', { get: '/things', query: { method: 'delete' } }],
    ['the field _method of a form', form({ _method: 'PATCH' })],
    ...['/api/users/delete', '/api/users/7/deactivate/', '/flows/{zone}/start', '/flows/{zone}:run', '/flows/{zone}%3Arun', '/api/deleteUser', '/users:batchDelete', '/users/bulk-delete', '/flows.update', '/api/v1/run/{zone}', '/users/delete-{zone}', '/queries/{zone}/execute', '/runFlow', '/TRIGGER', '/things/publish()'].map((path): [string, Record<string, unknown>] => [`a path that does something: ${path}`, posting({}, path)]),
    ['a verb of a matrix', { ...posting({ id: '7' }, '/api/users/{verb}'), matrix: { verb: ['list', 'deleteUser'] } }],
    ['a start of an export at a path that deletes', { job: { submit: { path: '/users/delete', body: {}, reason: REASON }, id: 'id', poll: '/exports/{job}', done: 'done' } }],
    ['an action in a body', posting({ action: 'delete', id: '7' }, '/rpc')],
    ['an action in a form', { readOnlyPost: { path: '/rpc', form: { cmd: 'deleteUser' }, reason: REASON } }],
    ['an operation in a list of bodies', posting([{ op: 'get' }, { Operation: 'users.update' }] as unknown as JsonValue, '/rpc')],
    ['a cursor called _method', { get: '/things', paging: { kind: 'cursor', from: 'next', to: '_method' } }],
  ])('is not loaded: %s', (_what, rule) => {
    expect(refusalOf(rule)).not.toBeNull();
  });

  it('is told what to do instead', () => {
    expect(refusalOf(posting({ requests: [{ method: 'DELETE', url: '/x' }] }))).toMatch(/a DELETE inside of a batch.*batch GETs only/);
    expect(refusalOf(posting({ sql: 'delete from flows' }))).toMatch(/ask with SELECT/);
    expect(refusalOf(graphql('mutation { a { id } }'))).toMatch(/ask with a query/);
    expect(refusalOf(posting({}, '/api/data/v9.2/PublishXml'))).toMatch(/functions are asked with `get`/);
    expect(refusalOf(posting({ id: 'abc' }, '/graphql'))).toMatch(/write the query itself/);
  });

  it.each<[string, Record<string, unknown>]>([
    ['a batch of GETs', posting({ requests: [{ id: '1', method: 'GET', url: '/me' }] }, '/v1.0/$batch')],
    ['a query of GraphQL', graphql('query Flows($n: Int) { flows(first: $n) { id mutation updateSet { id } } } # mutation')],
    ['a query that tells of mutations in a text', graphql('{ flows(filter: "mutation { x }") { id } }')],
    ['a search', posting({ filter: { method: 'email', status: 'deleted' }, query: { match: { text: 'please delete the old ones' } } })],
    ['SOQL', { get: '/query', query: { q: 'SELECT Id, IsDeleted, CreatedDate, UpdateSet__c FROM Account WHERE LastModifiedDate > {since} ORDER BY Id' } }],
    ['SQL', posting({ statement: 'select id, updated_at, set_by from flows f join deletes d on d.id = f.id where f.inserted > 1 -- all\norder by created' })],
    ['a JSON-RPC call that lists', posting({ jsonrpc: '2.0', method: 'host.get', params: { output: 'extend' }, id: 1 })],
    ['a search of OData by POST', posting('$filter=a eq 1', '/odata/Flows/$query')],
    ['a provider of Azure', posting({}, '/providers/Microsoft.BusinessAppPlatform/listTenantSettings')],
    ['a method of another kind', { get: '/rest', query: { method: 'flickr.photos.search' } }],
    ['words in a filter', { get: '/things', query: { sysparm_query: 'active=true^ORDERBYname', text: 'update the rules', command: 'list' } }],
    ...['/run-query', '/v1/documents:runQuery', '/documents:runAggregationQuery', '/query', '/query/execute', '/search', '/search/run', '/list', '/apis/{zone}/listConnections', '/getUpdates', '/recently-updated', '/list-deleted', '/exports/create', '/export', '/createExport', '/session/create', '/permission-set', '/api/ext/export/workspace/{zone}/apps/{zone}', '/permissions/listObjects', '/audit', '/batchGet', '/users/batch-get', '/executeQueries', '/reports/run', '/find-by-action', '/{zone}', '/flows/{zone}/history', '/import-logs/search', '/releases', '/deployments/search', '/settings', '/address'].map((path): [string, Record<string, unknown>] => [`the path ${path}`, posting({}, path)]),
    ['a search of a log by what was done', posting({ action: 'delete' }, '/audit/search')],
    ['a filter by what was done', posting({ filter: { action: 'delete', operation: 'update' } }, '/things')],
    ['an action that lists', posting({ action: 'listUsers', op: 'eq', command: 'get' }, '/rpc')],
    ['a pipeline that reads', posting({ pipeline: [{ $match: { a: 1 } }, { $group: { _id: '$a' } }] })],
  ])('is another than one that only asks: %s', (_what, rule) => {
    expect(refusalOf(rule)).toBeNull();
  });
});

/** The same word in any letters, and a statement with any gap between its words. */
const cased = (text: string): fc.Arbitrary<string> => fc.array(fc.boolean(), { minLength: text.length, maxLength: text.length }).map((up) => [...text].map((each, at) => (up[at] ? each.toUpperCase() : each.toLowerCase())).join(''));
const gap = fc.constantFrom(' ', '\n', '\t ', '/**/', ' /* x */ ', '\r\n', ' -- x\n', '\u00a0');
const spaced = (words: readonly string[]): fc.Arbitrary<string> => fc.tuple(...words.map(cased), fc.array(gap, { minLength: words.length, maxLength: words.length })).map((parts) => { const gaps = parts.at(-1) as string[]; return parts.slice(0, -1).map((word, at) => `${String(word)}${gaps[at]!}`).join(''); });
const statement = fc.constantFrom(['delete', 'from', 't'], ['insert', 'into', 't', 'values', '(1)'], ['update', 't', 'set', 'a=1'], ['drop', 'table', 't'], ['alter', 'user', 'x'], ['truncate', 'table', 't'], ['merge', 'into', 't']).chain(spaced);
const wrapped = fc.tuple(statement, fc.constantFrom('', 'select 1; ', 'with x as (', 'explain analyze '), fc.constantFrom('', ';', ') select 1')).map(([text, before, after]) => before + text + after);
const method = fc.constantFrom('POST', 'PUT', 'PATCH', 'DELETE', 'MERGE').chain(cased);
const mutation = fc.tuple(fc.constantFrom('', '# c\n', '# c\r', ',,', 'query Q { a } ', 'fragment F on T { id } ', '{ a(x: "}") } ', '{ a(x: "{") } ', '{ a(x: """ " { """) } ', '{ a(x: """\\"""{ """) } '), fc.constantFrom('mutation { d }', 'mutation M{ d }', 'mutation($a:I){ d }', 'mutation @x { d }', 'subscription { d }')).map(([before, text]) => before + text);
const writing: fc.Arbitrary<JsonValue> = fc.oneof(
  wrapped.chain((text) => fc.constantFrom('sql', 'query', 'q', 'Statement', 'soql', 'command').map((name) => ({ [name]: text }))),
  method.chain((verb) => fc.constantFrom('method', 'httpMethod', 'Method', 'http_method', 'verb').map((name) => ({ [name]: verb, url: '/a' }))),
  mutation.map((text) => ({ query: text })),
);
const nested = writing.chain((value) => fc.array(fc.constantFrom('list', 'object', 'requests', 'first'), { maxLength: 4 }).map((layers) => layers.reduce<JsonValue>((inner, layer) => (layer === 'list' ? [{ a: 1 }, inner] : layer === 'first' ? [inner, 'x'] : { id: 1, [layer]: inner }), value)));

describe('whatever is written around it', () => {
  it('a body that writes is not loaded, and not sent', async () => {
    const door = openDoor({ baseUrl: 'http://127.0.0.1:1', allowLoopback: true });

    await fc.assert(fc.asyncProperty(nested, async (body) => {
      expect(refusalOf(posting(body)), JSON.stringify(body)).not.toBeNull();
      await expect(door.send({ path: '/x', readOnlyPost: { body: JSON.stringify(body), contentType: 'application/json', reason: REASON } })).rejects.toMatchObject({ code: 'PLB-COLLECT-011' });
    }), { numRuns: 400 });
    door.close();
  });

  it('takes linear time on a hostile body', () => {
    const started = performance.now();
    for (const text of ['update '.repeat(30_000), '('.repeat(100_000), 'select '.repeat(30_000), 'mutation"'.repeat(30_000), '"""'.repeat(50_000), '/*'.repeat(100_000), ') '.repeat(60_000), 'delete x '.repeat(20_000), '\n'.repeat(100_000)]) refusalOf(posting({ query: text }));

    expect(performance.now() - started).toBeLessThan(3_000);
  });

  it('the manifests of the project are loaded: they only ask', async () => {
    expect((await connectors()).size).toBeGreaterThanOrEqual(16);
  });
});
