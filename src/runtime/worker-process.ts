/** The worker as a process of its own. Owns: putting its parts together. Started by start.ts; ends with its channel. */
import { createActivities } from '../../activities/index.js';
import { liveAsChild, type ChildBody } from './child-messages.js';
import { createProcessContext } from './process-context.js';
import { collectGarbageEarly } from './thrift.js';
import { runWorker } from './worker.js';
import { openWorkerDeps } from './worker-deps.js';

async function start(): Promise<ChildBody> {
  collectGarbageEarly();
  const context = createProcessContext('worker');
  const opened = await openWorkerDeps(context);
  const { configuration, dataConverter, logger } = context;
  const worker = await runWorker({ configuration, activities: createActivities(opened.deps), dataConverter, logger });
  const stop = async (): Promise<void> => {
    await worker.shutdown();
    await opened.close();
  };
  return { detail: '', finished: worker.finished, stop };
}

await liveAsChild(start);
