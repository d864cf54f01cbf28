/**
 * A program of its own: lets the Temporal SDK download a server into a folder. Owns: asking the SDK.
 * Runs in a process of its own because a download inside the SDK cannot be given a deadline.
 * Arguments: folder, `dev-server` or `time-skipping`, version.
 */
import { DefaultLogger, Runtime } from '@temporalio/worker';

/** The SDK keeps this call for its test package; only the part that we use is typed here. */
interface EphemeralRuntime {
  createEphemeralServer(options: unknown): Promise<unknown>;
  shutdownEphemeralServer(server: unknown): Promise<void>;
}

async function download(folder: string, type: string, version: string): Promise<void> {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const runtime = Runtime.instance() as unknown as EphemeralRuntime;
  const exe = { type: 'cached-download', downloadDir: folder, version, ttl: 0, sdkName: 'sdk-typescript', sdkVersion: '1.24.0' };
  const options = type === 'dev-server'
    ? { type, exe, ip: '127.0.0.1', port: null, ui: false, uiPort: null, namespace: 'default', dbFilename: null, log: { format: 'pretty', level: 'error' }, extraArgs: [] }
    : { type, exe, port: null, extraArgs: [] };
  const server = await runtime.createEphemeralServer(options);
  await runtime.shutdownEphemeralServer(server);
}

const [folder, type, version] = process.argv.slice(2);
if (folder === undefined || type === undefined || version === undefined) process.exit(2);
download(folder, type, version).then(() => process.exit(0), () => process.exit(1));
