/** The portal and API as a process of their own. Owns: putting their parts together. Started by start.ts; ends with its channel. */
import { liveAsChild, type ChildBody } from './child-messages.js';
import { createProcessContext } from './process-context.js';

interface ServerModule {
  startPortal(deps: object): Promise<{ close(): Promise<void>; address: string }>;
}

async function start(): Promise<ChildBody> {
  const context = createProcessContext('portal');
  const module = new URL('../api/server.js', import.meta.url).href;
  const { startPortal } = (await import(module)) as ServerModule;
  const portal = await startPortal(context);
  // A server has no end of its own: it lives until it is asked to stop.
  return { detail: portal.address, finished: new Promise(() => undefined), stop: () => portal.close() };
}

await liveAsChild(start);
