/** Baselines: propose a scan, approve or reject the proposal. Four eyes are kept by the store. */
import { z } from 'zod';
import { can } from '../../identity/index.js';
import { decideBaseline, getPlatform, listBaselines, proposeBaseline, type Person } from '../../store/index.js';
import { personRoute, type Route } from '../route.js';
import { BaselineAnswer, BaselineDecisionRequest, BaselineList, ProposeBaselineRequest, idOf } from '../schemas.js';
import { baselineView } from '../views/platforms.js';
import { PlatformParams } from './platforms.js';

const BaselineParams = z.object({ id: idOf('baseline') });

function viewer(person: Person): { id: string; mayDecide: boolean } {
  return { id: person.id, mayDecide: can(person.roles, 'baselines.decide') };
}

export const baselineRoutes: readonly Route[] = [
  personRoute('scans.read', { method: 'GET', url: '/platforms/:id/baselines', tag: 'baselines', summary: 'Baselines of a platform, newest first', params: PlatformParams, response: BaselineList }, ({ portal, params, person }) =>
    portal.inTenant(async (tx) => {
      const platform = await getPlatform(tx, params.id);
      const baselines = await listBaselines(tx, platform.id);
      return { items: baselines.map((baseline) => baselineView(baseline, viewer(person))), nextCursor: null };
    }),
  ),
  personRoute(
    'baselines.propose',
    { method: 'POST', url: '/platforms/:id/baselines', tag: 'baselines', summary: 'Propose a scan as the baseline', params: PlatformParams, body: ProposeBaselineRequest, response: BaselineAnswer, status: 201 },
    ({ portal, params, body, actor, person }) =>
      portal.inTenant(async (tx) => {
        const platform = await getPlatform(tx, params.id);
        const baseline = await proposeBaseline(tx, actor, { platformId: platform.id, scanId: body.scanId });
        return { baseline: baselineView(baseline, viewer(person)) };
      }),
  ),
  personRoute(
    'baselines.decide',
    { method: 'POST', url: '/baselines/:id/decision', tag: 'baselines', summary: 'Approve or reject a proposed baseline', params: BaselineParams, body: BaselineDecisionRequest, response: BaselineAnswer },
    ({ portal, params, body, actor, person }) =>
      portal.inTenant(async (tx) => {
        const baseline = await decideBaseline(tx, actor, { baselineId: params.id, ...body });
        return { baseline: baselineView(baseline, viewer(person)) };
      }),
  ),
];
