import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Client, Connection } from '@temporalio/client';
import { loadQuestionnaires } from '../../../src/assess/index.js';
import { assessmentWorkflowId } from '../../../src/contracts/assess-vendor.js';
import type { Question } from '../../../src/model/assessment.js';
import { getAssessment, revokeRequest, verifyTrail } from '../../../src/store/index.js';
import { SYSTEM } from '../../../src/model/identity.js';
import { linkTokenOf } from './stored-facts.js';
import { cookieOf, startTestPortal, type Answer, type TestPortal } from './test-portal.js';

let portal: TestPortal;
let officer: string;
let count = 0;
beforeAll(async () => {
  portal = await startTestPortal({ limits: { requests: 10_000, signInsPerAddress: 100, signInsPerAccount: 100, tokensPerAddress: 10_000 } });
  officer = (await portal.person('officer')).cookie;
});
afterAll(() => portal.close());

const redeem = (token: string, method = 'POST'): Promise<Answer> => portal.call(method, 'link/redeem', { body: { token } });

interface Made {
  assessmentId: string;
  token: string;
  notified: boolean;
}
async function newAssessment(): Promise<Made> {
  count += 1;
  const vendor = await portal.call('POST', 'vendors', { cookie: officer, body: { name: `Vendor ${count}`, contactName: 'Vera Vendor', contactEmail: 'vera@vendor.example' } });
  const vendorId = (vendor.body['vendor'] as unknown as { id: string }).id;
  const made = await portal.call('POST', `vendors/${vendorId}/assessments`, { cookie: officer, body: { questionnaireId: 'mvsp-v3', dueAt: new Date(Date.now() + 20 * 86_400_000).toISOString() } });
  const assessmentId = (made.body['assessment'] as unknown as { id: string }).id;
  return { assessmentId, token: await linkTokenOf(portal, assessmentId), notified: made.body['notified'] as unknown as boolean };
}

interface View {
  revision: number;
  editable: boolean;
  state: string;
  questionnaire: { sections: { questions: (Question & { textHash: string })[] }[] };
}
function answersTo(view: View): object[] {
  const questions = view.questionnaire.sections.flatMap((section) => section.questions);
  const value = (question: Question): unknown =>
    ({ 'yes-no': 'yes', 'yes-no-na': 'yes', single: question.options?.[0]?.value, multi: [question.options?.[0]?.value], text: 'We do.', number: 1, date: '2026-01-01' })[question.type];
  return questions.map((question) => ({ questionId: question.id, textHash: question.textHash, value: value(question), comment: '' }));
}

let made: Made;
let holder: string;
let view: View;
beforeEach(async () => {
  made = await newAssessment();
  const opened = await redeem(made.token);
  holder = cookieOf(opened);
  view = opened.body as unknown as View;
});

const save = (revision: number, answers: object[], cookie = holder): Promise<Answer> => portal.call('PUT', 'link/answers', { cookie, body: { revision, answers } });
const submit = (revision: number, name = 'Vera Vendor', cookie = holder): Promise<Answer> => portal.call('POST', 'link/submit', { cookie, body: { revision, name } });
const stored = () => portal.database.store.tenant(portal.database.tenantId, (tx) => getAssessment(tx, made.assessmentId));

describe('a mailed link', () => {
  test('opens its request by a POST, with a cookie that scripts cannot read and other addresses do not get', async () => {
    const opened = await redeem(made.token);

    expect(opened.status).toBe(200);
    expect(opened.cookies).toHaveLength(1);
    expect(opened.cookies[0]).toMatch(/^plumbline_link=[\w-]{43}; .*Path=\/api\/v1\/link; HttpOnly; SameSite=Strict/);
    expect(opened.body).toMatchObject({ organisation: 'Example Organisation', vendorName: `Vendor ${count}`, contactName: 'Vera Vendor', state: 'opened', editable: true, revision: 0 });
    expect(opened.text).not.toMatch(/asm_|req_|ten_|per_|Person officer/);
  });

  test('changes nothing when a mail scanner fetches it: GET and HEAD are not there', async () => {
    const fresh = await newAssessment();

    const answers = [await portal.call('GET', '/answer'), await portal.call('GET', 'link/redeem'), await portal.call('HEAD', 'link/redeem'), await portal.call('GET', `link/redeem?token=${fresh.token}`)];

    expect(answers.slice(1).map((answer) => answer.status)).toEqual([404, 404, 404]);
    const detail = await portal.database.store.tenant(portal.database.tenantId, (tx) => getAssessment(tx, fresh.assessmentId));
    expect([detail.request!.openedAt, detail.state]).toEqual([null, 'planned']);
  });

  test('unknown, mistyped, cut, expired, revoked and of a closed assessment are answered alike', async () => {
    const [expired, revoked, closed] = [await newAssessment(), await newAssessment(), await newAssessment()];
    await portal.database.asAdmin((client) => client.query(`UPDATE requests SET expires_at = now() - interval '1 second' WHERE assessment_id = $1`, [expired.assessmentId]));
    await portal.database.store.tenant(portal.database.tenantId, async (tx) => revokeRequest(tx, SYSTEM, (await getAssessment(tx, revoked.assessmentId)).request!.id));
    await portal.call('POST', `assessments/${closed.assessmentId}/cancel`, { cookie: officer, body: {} });
    const flipped = `${made.token.slice(0, -2)}${made.token.at(-2) === 'A' ? 'B' : 'A'}${made.token.at(-1)}`;

    const answers = await Promise.all(['x'.repeat(43), 'unknown', flipped, made.token.slice(0, -1), `${made.token} `, expired.token, revoked.token, closed.token].map((token) => redeem(token)));

    expect(answers[0]!.status).toBe(404);
    expect(answers[0]!.body['code']).toBe('PLB-ASSESS-001');
    expect(new Set(answers.map((answer) => `${answer.status} ${answer.text} ${answer.cookies.join()}`)).size).toBe(1);
  });

  test('its token and the session of its holder are nowhere in the database or the log', async () => {
    const session = holder.split('=')[1]!;

    const dump = await portal.database.asAdmin(async (client) => {
      const tables = await client.query<{ name: string }>(`SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'`);
      let texts = '';
      for (const { name } of tables.rows) texts += JSON.stringify((await client.query(`SELECT t::text FROM "${name}" t`)).rows);
      return texts;
    });

    expect(dump.length).toBeGreaterThan(10_000);
    for (const secret of [made.token, session]) expect(dump + portal.log.join()).not.toContain(secret);
  });

  test('many tries from one address are slowed down', async () => {
    const strict = await startTestPortal({ limits: { requests: 10_000, signInsPerAddress: 5, signInsPerAccount: 5, tokensPerAddress: 3 } });

    const statuses = [];
    for (let tries = 0; tries < 5; tries += 1) statuses.push((await strict.call('POST', 'link/redeem', { body: { token: `guess-${tries}` } })).status);
    await strict.close();

    expect(statuses).toEqual([404, 404, 404, 429, 429]);
  });

  test('a session reaches its own request only, and no page of an officer', async () => {
    const other = await newAssessment();
    const otherHolder = cookieOf(await redeem(other.token));

    await save(0, answersTo(view).slice(0, 1), otherHolder);

    expect((await stored()).answers).toEqual([]);
    expect((await portal.call('GET', `assessments/${made.assessmentId}`, { cookie: otherHolder })).status).toBe(401);
    expect((await portal.call('GET', 'link/request', { cookie: officer })).body['code']).toBe('PLB-ASSESS-001');
  });
});

describe('answering', () => {
  test('saves what there is, tells what is missing, and goes on later from another window', async () => {
    const saved = await save(0, answersTo(view).slice(0, 3));
    const again = await portal.call('GET', 'link/request', { cookie: cookieOf(await redeem(made.token)) });

    expect(saved.body).toMatchObject({ revision: 1, problems: [], progress: { answered: 3 } });
    expect(again.body).toMatchObject({ revision: 1, state: 'in-progress' });
    expect(again.body['answers']).toHaveLength(3);
  });

  test('two windows do not overwrite each other unseen', async () => {
    await save(0, answersTo(view).slice(0, 1));

    const late = await save(0, answersTo(view).slice(1, 2));

    expect([late.status, late.body['code']]).toEqual([409, 'PLB-ASSESS-004']);
    expect((await stored()).answers).toHaveLength(1);
  });

  test('a question that is not in the questionnaire is refused, and so is a state slipped in', async () => {
    const foreign = await save(0, [{ questionId: 'not-there', textHash: 'x', value: 'yes', comment: '' }]);
    const slipped = await portal.call('PUT', 'link/answers', { cookie: holder, body: { revision: 0, answers: [], state: 'done', decision: 'accepted', assessmentId: 'x' } });

    expect([foreign.status, foreign.body['code']]).toEqual([400, 'PLB-API-001']);
    expect(slipped.status).toBe(200);
    expect(await stored()).toMatchObject({ state: 'in-progress', decision: null });
  });

  test('after the link was revoked nothing is saved any more', async () => {
    await save(0, answersTo(view).slice(0, 1));
    await portal.database.store.tenant(portal.database.tenantId, async (tx) => revokeRequest(tx, SYSTEM, (await getAssessment(tx, made.assessmentId)).request!.id));

    const late = await save(1, answersTo(view).slice(1, 2));

    expect([late.status, late.body['code']]).toEqual([404, 'PLB-ASSESS-001']);
    expect((await stored()).answers).toHaveLength(1);
  });
});

describe('submitting', () => {
  test('with a question open names how many, and leaves the answers as they are', async () => {
    await save(0, answersTo(view).slice(0, 2));

    const early = await submit(1);

    expect([early.status, early.body['code']]).toEqual([422, 'PLB-ASSESS-003']);
    expect((await stored()).state).toBe('in-progress');
  });

  test('is stored under the typed name, told to the running cycle, and happens once', async () => {
    await save(0, answersTo(view));

    const first = await submit(1, 'V. Vendor');
    const second = await submit(1, 'V. Vendor');

    expect(first.body).toMatchObject({ submittedBy: 'V. Vendor', notified: true });
    expect([second.status, second.body['code']]).toEqual([409, 'PLB-ASSESS-002']);
    expect(await stored()).toMatchObject({ state: 'submitted', submittedBy: 'V. Vendor' });
    const history = await portal.client.workflow.getHandle(assessmentWorkflowId(portal.database.tenantId, made.assessmentId)).fetchHistory();
    const signals = history.events!.filter((event) => event.workflowExecutionSignaledEventAttributes != null);
    expect(signals).toHaveLength(1);
  });

  test('of many at once exactly one wins', async () => {
    await save(0, answersTo(view));

    const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => submit(1, `Window ${index}`)));

    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
    expect(answers.filter((answer) => answer.status === 409)).toHaveLength(19);
  });

  test('afterwards the answers are shown and cannot be changed', async () => {
    await save(0, answersTo(view));
    await submit(1);

    const [shown, changed] = [await portal.call('GET', 'link/request', { cookie: holder }), await save(1, answersTo(view).slice(0, 1))];

    expect(shown.body).toMatchObject({ editable: false, state: 'submitted' });
    expect([changed.status, changed.body['code']]).toEqual([409, 'PLB-ASSESS-002']);
  });

  test('the officer sees the answers, decides with a reason, and the link ends', async () => {
    await save(0, answersTo(view));
    await submit(1);

    const decided = await portal.call('POST', `assessments/${made.assessmentId}/decision`, { cookie: officer, body: { decision: 'accepted', reason: 'Looks sound.' } });
    const details = await portal.call('GET', `assessments/${made.assessmentId}`, { cookie: officer });

    expect(decided.body['assessment']).toMatchObject({ state: 'done', decision: 'accepted', decisionReason: 'Looks sound.', decidedBy: 'Person officer' });
    expect(details.body['answers']).toHaveLength(answersTo(view).length);
    expect((await redeem(made.token)).status).toBe(404);
  });
});

describe('while Temporal is away', () => {
  test('answers are submitted all the same, the answer says that the cycle has not heard, and it hears when Temporal is back', async () => {
    let away = true;
    const real = portal.client;
    const failing = () => { throw Object.assign(new Error('14 UNAVAILABLE: no connection'), { code: 14, details: 'no connection', metadata: {} }); };
    const temporal = new Proxy(real, { get: (target, key) => (away && (key === 'workflow' || key === 'schedule') ? new Proxy({}, { get: () => failing }) : Reflect.get(target, key)) }) as Client;
    const second = await startTestPortal({ temporal, store: portal.deps.store, tenantId: portal.deps.tenantId, keys: portal.deps.keys, auth: portal.deps.auth });
    await save(0, answersTo(view));

    const submitted = await second.call('POST', 'link/submit', { cookie: holder, body: { revision: 1, name: 'Vera' } });

    expect(submitted.body).toMatchObject({ submittedBy: 'Vera', notified: false });
    expect((await stored()).state).toBe('submitted');
    expect((await second.call('GET', `assessments/${made.assessmentId}`, { cookie: officer })).body['cycle']).toBe('not-answering');
    away = false;
    expect((await second.call('GET', `assessments/${made.assessmentId}`, { cookie: officer })).body['cycle']).toBe('running');
    const history = await real.workflow.getHandle(assessmentWorkflowId(portal.database.tenantId, made.assessmentId)).fetchHistory();
    expect(history.events!.filter((event) => event.workflowExecutionSignaledEventAttributes != null)).toHaveLength(1);
    await second.close();
  });

  test('an assessment that a portal stored before it died is begun by the next start, and so is its news', async () => {
    const nowhere = new Client({ connection: Connection.lazy({ address: '127.0.0.1:1' }) });
    const dying = await startTestPortal({ temporal: nowhere, store: portal.deps.store, tenantId: portal.deps.tenantId, keys: portal.deps.keys, auth: portal.deps.auth });
    const vendors = (await portal.call('GET', 'vendors', { cookie: officer })).body['items'] as unknown as { id: string }[];
    const dueAt = new Date(Date.now() + 86_400_000).toISOString();
    const lost = await dying.call('POST', `vendors/${vendors[0]!.id}/assessments`, { cookie: officer, body: { questionnaireId: 'mvsp-v3', dueAt } });
    await save(0, answersTo(view));
    const unheard = await dying.call('POST', 'link/submit', { cookie: holder, body: { revision: 1, name: 'Vera' } });
    await dying.close();

    await portal.reconcile();

    expect([lost.status, lost.body['notified'], unheard.body['notified']]).toEqual([201, false, false]);
    const lostId = (lost.body['assessment'] as unknown as { id: string }).id;
    const cycle = (id: string) => portal.client.workflow.getHandle(assessmentWorkflowId(portal.database.tenantId, id));
    expect((await cycle(lostId).describe()).status.name).toBe('RUNNING');
    await cycle(lostId).terminate('by the test');
    await portal.reconcile();
    expect((await cycle(lostId).describe()).status.name).toBe('RUNNING');
    const history = await cycle(made.assessmentId).fetchHistory();
    expect(history.events!.filter((event) => event.workflowExecutionSignaledEventAttributes != null).length).toBeGreaterThan(0);
  });
});

test('after all this the audit trail verifies', async () => {
  const verdict = await portal.database.store.tenant(portal.database.tenantId, (tx) => verifyTrail(tx));

  expect(verdict).toMatchObject({ ok: true });
  expect(verdict.size).toBeGreaterThan(100);
  expect((await loadQuestionnaires(portal.deps.packsRoot)).length).toBeGreaterThan(0);
});
