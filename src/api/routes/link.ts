/** What the holder of a mailed link may do: open one request, save answers, submit them. Opening by GET changes nothing. */
import { progress, validateAnswers } from '../../assess/index.js';
import type { Answer } from '../../model/assessment.js';
import { canonicalJson, sha256 } from '../../model/canonical.js';
import { PlumblineError } from '../../model/errors.js';
import { hashToken } from '../../remind/index.js';
import { advanceAssessment, findByTokenHash, getAssessment, getTenant, markOpened, openSession, readAnswers, saveAnswers, submitAnswers, type AssessmentDetail } from '../../store/index.js';
import { LINK_SESSION_MS, linkActor, newSessionToken, setLinkCookie, unknownLink, type LinkSession } from '../link-session.js';
import type { Portal } from '../portal.js';
import { linkRoute, publicRoute, type Route } from '../route.js';
import { AnswersSaved, LinkRequest, RedeemRequest, SaveAnswersRequest, SubmitRequest, Submitted } from '../schemas.js';
import { signalAssessment } from '../temporal/assessments.js';
import { linkRequestView } from '../views/vendors.js';

/** Returns the session's token; the store keeps its hash. */
async function redeem(portal: Portal, token: string): Promise<{ session: string; view: LinkRequest }> {
  const session = newSessionToken();
  const view = await portal.inTenant(async (tx) => {
    const request = await findByTokenHash(tx, hashToken(token));
    if (request === null) throw unknownLink();
    const actor = linkActor(request);
    await openSession(tx, actor, { requestId: request.id, sessionHash: hashToken(session), expiresAt: new Date(Date.now() + LINK_SESSION_MS) });
    await markOpened(tx, actor, request.id);
    await advanceAssessment(tx, actor, { assessmentId: request.assessmentId, state: 'opened' });
    return linkRequestView(await getAssessment(tx, request.assessmentId), (await getTenant(tx)).name, Date.now());
  });
  return { session, view };
}

/** Only problems that make an answer unusable stop a save: an unknown question, or a wording that has changed since. */
function refuseForeignAnswers(detail: AssessmentDetail, answers: readonly Answer[]): void {
  const known = new Set(detail.questionnaire.sections.flatMap((section) => section.questions.map((question) => question.id)));
  const foreign = answers.find((answer) => !known.has(answer.questionId));
  if (foreign) throw new PlumblineError('PLB-API-001', `The field answers: this questionnaire has no question ${JSON.stringify(foreign.questionId.slice(0, 60))}.`);
}

async function save(portal: Portal, link: LinkSession, given: SaveAnswersRequest): Promise<AnswersSaved> {
  return portal.inTenant(async (tx) => {
    const detail = await getAssessment(tx, link.assessmentId);
    refuseForeignAnswers(detail, given.answers);
    const problems = validateAnswers(detail.questionnaire, given.answers, { complete: false });
    const { revision } = await saveAnswers(tx, link.actor, { assessmentId: link.assessmentId, expectedRevision: given.revision, answers: given.answers });
    return { revision, problems, progress: progress(detail.questionnaire, await readAnswers(tx, link.assessmentId)) };
  });
}

async function submit(portal: Portal, link: LinkSession, given: SubmitRequest): Promise<Submitted> {
  const assessment = await portal.inTenant(async (tx) => {
    const detail = await getAssessment(tx, link.assessmentId);
    if (detail.submittedAt !== null) throw new PlumblineError('PLB-ASSESS-002', 'These answers were submitted already.');
    const problems = validateAnswers(detail.questionnaire, detail.answers, { complete: true });
    const first = problems[0];
    if (first) throw new PlumblineError('PLB-ASSESS-003', `${problems.length} ${problems.length === 1 ? 'question needs' : 'questions need'} an answer, the first is ${first.questionId}.`, { questions: problems.map((problem) => problem.questionId) });
    const answersHash = sha256(canonicalJson(detail.answers));
    return submitAnswers(tx, link.actor, { assessmentId: link.assessmentId, expectedRevision: given.revision, submittedBy: given.name, answersHash });
  });
  const of = { tenantId: portal.tenantId, assessmentId: link.assessmentId };
  const notified = await portal.news.tell(`assessment:${link.assessmentId}:submitted`, () => signalAssessment(portal.temporal, of, 'submitted'));
  return { submittedAt: assessment.submittedAt!, submittedBy: assessment.submittedBy!, notified };
}

export const linkRoutes: readonly Route[] = [
  publicRoute({ method: 'POST', url: '/link/redeem', tag: 'link', summary: 'Open the request behind a mailed link; sets a cookie for it alone', body: RedeemRequest, response: LinkRequest }, async ({ portal, body, request, reply }) => {
    await portal.limits.token(request);
    const { session, view } = await redeem(portal, body.token);
    setLinkCookie(portal, reply, session);
    return view;
  }),
  linkRoute({ method: 'GET', url: '/link/request', tag: 'link', summary: 'The request with the answers saved so far', response: LinkRequest }, ({ portal, link }) =>
    portal.inTenant(async (tx) => linkRequestView(await getAssessment(tx, link.assessmentId), (await getTenant(tx)).name, Date.now())),
  ),
  linkRoute({ method: 'PUT', url: '/link/answers', tag: 'link', summary: 'Save answers, finished or not', body: SaveAnswersRequest, response: AnswersSaved, bodyLimit: 2 * 1024 * 1024 }, ({ portal, link, body }) => save(portal, link, body)),
  linkRoute({ method: 'POST', url: '/link/submit', tag: 'link', summary: 'Submit the answers under a typed name; once', body: SubmitRequest, response: Submitted }, ({ portal, link, body }) => submit(portal, link, body)),
];
