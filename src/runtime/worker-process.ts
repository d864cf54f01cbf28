/** The worker as a process of its own. Owns: putting its parts together. Started by start.ts; ends with its channel. */
import { liveAsChild, type ChildBody } from './child-messages.js';
import { createProcessContext } from './process-context.js';
import { runWorker } from './worker.js';

interface ActivitiesModule {
  createActivities(deps: object): object | Promise<object>;
}

async function loadActivities(deps: object): Promise<object> {
  const module = new URL('../../activities/index.js', import.meta.url).href;
  const { createActivities } = (await import(module)) as ActivitiesModule;
  return createActivities(deps);
}

async function start(): Promise<ChildBody> {
  const context = createProcessContext('worker');
  const activities = await loadActivities(context);
  const { configuration, dataConverter, logger } = context;
  const worker = await runWorker({ configuration, activities, dataConverter, logger });
  return { detail: '', finished: worker.finished, stop: () => worker.shutdown() };
}

await liveAsChild(start);
