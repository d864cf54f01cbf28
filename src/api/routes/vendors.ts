/** Vendors, questionnaires and assessments as an officer sees them. */
import { z } from 'zod';
import { PlumblineError } from '../../model/errors.js';
import type { Actor } from '../../model/identity.js';
import { DAY_MS, LINK_OPEN_DAYS, hashToken, linkToken } from '../../remind/index.js';
import {
  addVendor, cancelAssessment, createAssessment, createRequest, decideAssessment, getAssessment, getVendor, listAssessments, listMails, listPeople, listVendors, newId,
  type Assessment as StoredAssessment, type TenantTx,
} from '../../store/index.js';
import type { Portal } from '../portal.js';
import { personRoute, type Route } from '../route.js';
import {
  AddVendorRequest, AssessmentAnswer, AssessmentDecisionRequest, AssessmentDetails, AssessmentList, CreateAssessmentRequest, PageQuery, QuestionnaireList, VendorAnswer, VendorList, idOf,
} from '../schemas.js';
import { assessmentCycle, signalAssessment, startAssessment, type AssessmentNews } from '../temporal/assessments.js';
import { assessmentDetails, assessmentView, dueAtProblem, questionnaireBrief, vendorView } from '../views/vendors.js';

const VendorParams = z.object({ id: idOf('vendor') });
const AssessmentParams = z.object({ id: idOf('assessment') });
const AssessmentsQuery = PageQuery.extend({ vendorId: idOf('vendor').optional() });

async function peopleNames(tx: TenantTx): Promise<Map<string, string>> {
  return new Map((await listPeople(tx)).map((person) => [person.id, person.name]));
}

/** The request is stored with the assessment, so that its link can be derived for every mail and is nowhere kept. */
async function storeAssessment(portal: Portal, actor: Actor, given: { vendorId: string; request: CreateAssessmentRequest }): Promise<StoredAssessment> {
  const { vendorId, request } = given;
  const questionnaire = portal.packs.questionnaires.get(request.questionnaireId);
  if (!questionnaire) throw new PlumblineError('PLB-API-001', 'The field questionnaireId: there is no such questionnaire.');
  const problem = dueAtProblem(request.dueAt, Date.now());
  if (problem !== null) throw new PlumblineError('PLB-API-001', `The field dueAt: ${problem}.`);
  const dueAt = new Date(request.dueAt);
  return portal.inTenant(async (tx) => {
    const vendor = await getVendor(tx, vendorId);
    const assessment = await createAssessment(tx, actor, { vendorId, questionnaire, dueAt });
    const id = newId('request');
    const tokenHash = hashToken(linkToken({ key: portal.keys.links, tenantId: portal.tenantId, requestId: id, linkVersion: 1 }));
    const contact = { contactName: request.contactName ?? vendor.contactName, contactEmail: request.contactEmail ?? vendor.contactEmail };
    await createRequest(tx, actor, { id, assessmentId: assessment.id, ...contact, tokenHash, linkVersion: 1, expiresAt: new Date(dueAt.getTime() + LINK_OPEN_DAYS * DAY_MS) });
    return assessment;
  });
}

async function assessmentAnswer(portal: Portal, assessment: StoredAssessment, notified: boolean): Promise<AssessmentAnswer> {
  const names = await portal.inTenant(peopleNames);
  return { assessment: assessmentView(assessment, names, Date.now()), notified };
}

function tell(portal: Portal, assessmentId: string, news: AssessmentNews): Promise<boolean> {
  return portal.news.tell(`assessment:${assessmentId}:${news}`, () => signalAssessment(portal.temporal, { tenantId: portal.tenantId, assessmentId }, news));
}

async function cycleOf(portal: Portal, assessmentId: string): Promise<AssessmentDetails['cycle']> {
  try {
    return await assessmentCycle(portal.temporal, { tenantId: portal.tenantId, assessmentId });
  } catch (error) {
    portal.logger.warn({ err: error, assessmentId }, 'the cycle of an assessment could not be asked');
    return 'not-answering';
  }
}

export const vendorRoutes: readonly Route[] = [
  personRoute('vendors.read', { method: 'GET', url: '/questionnaires', tag: 'vendors', summary: 'Questionnaires that can be sent', response: QuestionnaireList }, async ({ portal }) => ({
    items: [...portal.packs.questionnaires.values()].map(questionnaireBrief),
    nextCursor: null,
  })),
  personRoute('vendors.read', { method: 'GET', url: '/vendors', tag: 'vendors', summary: 'Vendors by name', response: VendorList }, async ({ portal }) => ({
    items: (await portal.inTenant(listVendors)).map((vendor) => vendorView(vendor, vendor)),
    nextCursor: null,
  })),
  personRoute('vendors.manage', { method: 'POST', url: '/vendors', tag: 'vendors', summary: 'Register a vendor', body: AddVendorRequest, response: VendorAnswer, status: 201 }, async ({ portal, body, actor }) => {
    const vendor = await portal.inTenant((tx) => addVendor(tx, actor, body));
    return { vendor: vendorView(vendor, { openAssessments: 0, lastAssessment: null }) };
  }),
  personRoute('vendors.read', { method: 'GET', url: '/vendors/:id', tag: 'vendors', summary: 'One vendor', params: VendorParams, response: VendorAnswer }, ({ portal, params }) =>
    portal.inTenant(async (tx) => {
      const vendor = await getVendor(tx, params.id);
      const summary = (await listVendors(tx)).find((one) => one.id === vendor.id);
      return { vendor: vendorView(vendor, summary ?? { openAssessments: 0, lastAssessment: null }) };
    }),
  ),
];

export const assessmentRoutes: readonly Route[] = [
  personRoute(
    'assessments.manage',
    { method: 'POST', url: '/vendors/:id/assessments', tag: 'assessments', summary: 'Send a questionnaire to a vendor', params: VendorParams, body: CreateAssessmentRequest, response: AssessmentAnswer, status: 201 },
    async ({ portal, params, body, actor }) => {
      const assessment = await storeAssessment(portal, actor, { vendorId: params.id, request: body });
      const input = { tenantId: portal.tenantId, assessmentId: assessment.id, dueAtMs: Date.parse(assessment.dueAt) };
      const notified = await portal.news.tell(`assessment:${assessment.id}:start`, () => startAssessment(portal.temporal, input));
      return assessmentAnswer(portal, assessment, notified);
    },
  ),
  personRoute('assessments.read', { method: 'GET', url: '/assessments', tag: 'assessments', summary: 'Assessments, newest first', query: AssessmentsQuery, response: AssessmentList }, ({ portal, query }) =>
    portal.inTenant(async (tx) => {
      const [page, names] = [await listAssessments(tx, query), await peopleNames(tx)];
      return { items: page.items.map((assessment) => assessmentView(assessment, names, Date.now())), nextCursor: page.nextCursor };
    }),
  ),
  personRoute('assessments.read', { method: 'GET', url: '/assessments/:id', tag: 'assessments', summary: 'One assessment with answers, mails and planned reminders', params: AssessmentParams, response: AssessmentDetails }, async ({ portal, params }) => {
    await portal.news.retry(`assessment:${params.id}`);
    const [detail, mails, names] = await portal.inTenant(async (tx) => [await getAssessment(tx, params.id), await listMails(tx, { assessmentId: params.id }), await peopleNames(tx)] as const);
    return assessmentDetails(detail, { names, mails: mails.items, cycle: await cycleOf(portal, params.id), nowMs: Date.now() });
  }),
  personRoute(
    'assessments.decide',
    { method: 'POST', url: '/assessments/:id/decision', tag: 'assessments', summary: 'Accept or reject submitted answers', params: AssessmentParams, body: AssessmentDecisionRequest, response: AssessmentAnswer },
    async ({ portal, params, body, actor }) => {
      const assessment = await portal.inTenant((tx) => decideAssessment(tx, actor, { assessmentId: params.id, ...body }));
      return assessmentAnswer(portal, assessment, await tell(portal, params.id, 'decided'));
    },
  ),
  personRoute('assessments.manage', { method: 'POST', url: '/assessments/:id/cancel', tag: 'assessments', summary: 'Cancel: the link ends and no reminder goes out', params: AssessmentParams, response: AssessmentAnswer }, async ({ portal, params, actor }) => {
    const assessment = await portal.inTenant((tx) => cancelAssessment(tx, actor, params.id));
    return assessmentAnswer(portal, assessment, await tell(portal, params.id, 'cancelled'));
  }),
];
