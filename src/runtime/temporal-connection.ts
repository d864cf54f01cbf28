/**
 * Reaching a Temporal server, ours or another. Owns: address, TLS, API key, and the sentence when it fails.
 * Does not own: starting a server (temporal-server.ts).
 */
import { readFileSync } from 'node:fs';
import { Client, Connection, type DataConverter } from '@temporalio/client';
import type { Configuration, TemporalSettings } from './configuration.js';
import { PlumblineError } from '../model/errors.js';

interface TlsFiles {
  serverRootCACertificate?: Buffer;
  clientCertPair?: { crt: Buffer; key: Buffer };
}

export interface TemporalTarget {
  readonly address: string;
  readonly tls: TlsFiles | boolean;
  readonly apiKey?: string;
}

function readSetting(file: string, variable: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new PlumblineError('PLB-START-010', `The setting ${variable} names a file that cannot be read: ${file}.`, { variable, file }, error);
  }
}

function tlsFiles(settings: TemporalSettings): TlsFiles | boolean {
  if (!settings.tls) return false;
  const files: TlsFiles = {};
  if (settings.tlsCaPath) files.serverRootCACertificate = readSetting(settings.tlsCaPath, 'TEMPORAL_TLS_CA');
  if (settings.tlsCertPath && settings.tlsKeyPath) {
    files.clientCertPair = { crt: readSetting(settings.tlsCertPath, 'TEMPORAL_TLS_CERT'), key: readSetting(settings.tlsKeyPath, 'TEMPORAL_TLS_KEY') };
  }
  return Object.keys(files).length === 0 ? true : files;
}

/** What both `Connection.connect` and `NativeConnection.connect` take. */
export function temporalTarget(configuration: Configuration): TemporalTarget {
  const settings = configuration.temporal;
  if (settings.address === null) throw new PlumblineError('PLB-START-008', 'No Temporal server is running for this data folder.');
  return { address: settings.address, tls: tlsFiles(settings), ...(settings.apiKey ? { apiKey: settings.apiKey } : {}) };
}

export function temporalUnreachable(configuration: Configuration, cause: unknown, what = 'does not answer'): PlumblineError {
  const { address, namespace } = configuration.temporal;
  return new PlumblineError('PLB-START-008', `The Temporal server ${address} ${what} (namespace ${namespace}).`, { address, namespace }, cause);
}

export interface TemporalLink {
  readonly connection: Connection;
  readonly client: Client;
  readonly serverVersion: string;
  close(): Promise<void>;
}

/** gRPC's numbers for what a person can tell apart: 5 not found, 7 permission denied, 16 unauthenticated. */
function reasonOf(error: unknown): string | undefined {
  const code = (error as { code?: number; cause?: { code?: number } } | null)?.code ?? (error as { cause?: { code?: number } } | null)?.cause?.code;
  if (code === 5) return 'has no such namespace';
  if (code === 7 || code === 16) return 'refuses the credentials';
  return undefined;
}

/** Connects and proves that the namespace is there; PLB-START-008 when not. */
export async function connectTemporal(configuration: Configuration, dataConverter?: DataConverter): Promise<TemporalLink> {
  const target = temporalTarget(configuration);
  let connection: Connection | undefined;
  try {
    connection = await Connection.connect({ ...target, connectTimeout: '10s' });
    const link = connection;
    const info = await link.withDeadline(Date.now() + 10_000, () => link.workflowService.getSystemInfo({}));
    await link.withDeadline(Date.now() + 10_000, () => link.workflowService.describeNamespace({ namespace: configuration.temporal.namespace }));
    const client = new Client({ connection, namespace: configuration.temporal.namespace, ...(dataConverter ? { dataConverter } : {}) });
    return { connection, client, serverVersion: info.serverVersion ?? 'unknown', close: () => link.close() };
  } catch (error) {
    await connection?.close().catch(() => undefined);
    throw temporalUnreachable(configuration, error, reasonOf(error));
  }
}
