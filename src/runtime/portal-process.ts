/** The portal and API as a process of their own. Owns: putting their parts together. Started by start.ts; ends with its channel. */
import { startPortal } from '../api/index.js';
import { liveAsChild, type ChildBody } from './child-messages.js';
import { openPortalDeps } from './portal-parts.js';
import { createProcessContext } from './process-context.js';

async function start(): Promise<ChildBody> {
  const opened = await openPortalDeps(createProcessContext('portal'));
  const portal = await startPortal(opened.deps);
  // A server has no end of its own: it lives until it is asked to stop.
  const stop = async (): Promise<void> => {
    await portal.close();
    await opened.close();
  };
  return { detail: portal.address, finished: new Promise(() => undefined), stop };
}

await liveAsChild(start);
