/**
 * A worker process that kills itself with SIGKILL at a named point, as a power cut would. Started by tests with one JSON argument.
 * Points: `after:<activity>` (done, but the answer is lost), `transaction:<n>` (after the n-th one), `mail` (handed over, not noted).
 */
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { createActivities, type ActivityDeps } from '../../activities/index.js';
import { openTransport, type MailTransport } from '../../src/remind/index.js';
import { openStore, type Store } from '../../src/store/index.js';

export interface Doom {
  appUrl: string;
  temporalAddress: string;
  workflowBundlePath: string;
  taskQueue: string;
  smtpUrl: string;
  packsRoot: string;
  templatesRoot: string;
  keys: Record<'secrets' | 'links' | 'fingerprints', string>;
  at: string;
}

function die(): void {
  process.kill(process.pid, 'SIGKILL');
}

function doomedStore(store: Store, at: string): Store {
  let count = 0;
  return {
    ...store,
    tenant: async (tenantId, work) => {
      const result = await store.tenant(tenantId, work);
      count += 1;
      if (at === `transaction:${count}`) die();
      return result;
    },
  };
}

function doomedTransport(transport: MailTransport, at: string): MailTransport {
  return {
    ...transport,
    send: async (message) => {
      const sent = await transport.send(message);
      if (at === 'mail') die();
      return sent;
    },
  };
}

const doom = JSON.parse(process.argv[2]!) as Doom;
Runtime.install({ logger: new DefaultLogger('ERROR', () => undefined), telemetryOptions: { logging: { filter: 'OFF' } } });
const key = (name: keyof Doom['keys']): Buffer => Buffer.from(doom.keys[name], 'hex');
const transport = doomedTransport(openTransport(doom.smtpUrl), doom.at);
const nothing = (): undefined => undefined;
const deps: ActivityDeps = {
  store: doomedStore(await openStore({ appUrl: doom.appUrl }), doom.at), packsRoot: doom.packsRoot, templatesRoot: doom.templatesRoot, blobFolder: '/nowhere', baseUrl: 'https://plumbline.example.org',
  keys: { secrets: key('secrets'), links: key('links'), fingerprints: key('fingerprints') }, mailTransport: () => transport, mailFrom: 'Plumbline <plumbline@harbour.example>',
  renderer: () => Promise.reject(new Error('no reports here')), signing: () => Promise.reject(new Error('no reports here')), allowLoopback: true, now: () => new Date(), program: 'as it is',
  logger: { debug: nothing, warn: nothing, error: nothing },
};
const activities = Object.entries(createActivities(deps)).map(([name, activity]) => [
  name,
  async (input: never) => {
    const result: unknown = await (activity as (input: never) => Promise<unknown>)(input);
    if (doom.at === `after:${name}`) die();
    return result;
  },
]);
const worker = await Worker.create({
  connection: await NativeConnection.connect({ address: doom.temporalAddress }), taskQueue: doom.taskQueue, workflowBundle: { codePath: doom.workflowBundlePath }, activities: Object.fromEntries(activities) as object,
});
await worker.run();
