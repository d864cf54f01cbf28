/** What every route works with: the given parts, the packs as loaded at start, and one way into the tenant's data. */
import { loadQuestionnaires } from '../assess/index.js';
import { loadConnectors, type Connector } from '../collect/index.js';
import { loadChecks, type Check } from '../judge/index.js';
import type { Questionnaire } from '../model/assessment.js';
import type { CheckpointSigner } from '../record/index.js';
import type { TenantTx } from '../store/index.js';
import { auditSigner } from './audit-signer.js';
import type { PortalLimits } from './limits.js';
import type { News } from './news.js';
import type { PortalDeps } from './portal-deps.js';

export interface Packs {
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly checks: ReadonlyMap<string, Check>;
  readonly questionnaires: ReadonlyMap<string, Questionnaire>;
}

export interface Portal extends Omit<PortalDeps, 'limits'> {
  readonly packs: Packs;
  readonly news: News;
  readonly limits: PortalLimits;
  readonly signer: CheckpointSigner;
  /** true where cookies may be sent by https only */
  readonly secure: boolean;
  inTenant<T>(work: (tx: TenantTx) => Promise<T>): Promise<T>;
}

export async function loadPacks(packsRoot: string): Promise<Packs> {
  const [connectors, checks, questionnaires] = await Promise.all([loadConnectors(packsRoot), loadChecks(packsRoot), loadQuestionnaires(packsRoot)]);
  return {
    connectors,
    checks: new Map(checks.map((check) => [check.id, check])),
    questionnaires: new Map(questionnaires.map((questionnaire) => [questionnaire.id, questionnaire])),
  };
}

export function createPortal(deps: PortalDeps, parts: { packs: Packs; news: News; limits: PortalLimits }): Portal {
  return {
    ...deps,
    ...parts,
    signer: auditSigner(deps.tenantId, deps.keys.checkpoint),
    secure: deps.configuration.baseUrl.startsWith('https:'),
    inTenant: (work) => deps.store.tenant(deps.tenantId, work),
  };
}
