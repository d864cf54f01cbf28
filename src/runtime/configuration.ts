/**
 * Every setting, read once from the environment. Owns: names, defaults and the check of each value.
 * Does not own: values chosen at start-up (free ports, passwords); those are kept in the data folder.
 */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { PlumblineError } from '../model/errors.js';
import { projectPaths } from './paths.js';

export interface TemporalSettings {
  /** null: Plumbline starts a server of its own. */
  readonly address: string | null;
  readonly namespace: string;
  readonly apiKey: string | null;
  readonly tls: boolean;
  readonly tlsCertPath: string | null;
  readonly tlsKeyPath: string | null;
  readonly tlsCaPath: string | null;
  readonly cliPath: string | null;
  readonly port: number | null;
  readonly httpPort: number | null;
  readonly metricsPort: number | null;
}

export interface DatabaseSettings {
  /** Owner of the schema, who migrates. null: Plumbline starts a PostgreSQL of its own. */
  readonly ownerUrl: string | null;
  /** The role that the application works as. null: made by Plumbline. */
  readonly appUrl: string | null;
  readonly port: number | null;
}

export interface Configuration {
  readonly home: string;
  readonly cacheFolder: string;
  readonly host: string;
  readonly port: number;
  readonly baseUrl: string;
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
  readonly temporal: TemporalSettings;
  readonly database: DatabaseSettings;
  readonly mail: { readonly smtpUrl: string | null; readonly from: string };
  readonly chromiumPath: string | null;
  /** days that entries of platforms' own logs are kept */
  readonly logDays: number;
}

const port = z.coerce.number({ error: 'must be a port number from 1 to 65535' }).int('must be a whole number').min(1, 'must be a port number from 1 to 65535').max(65535, 'must be a port number from 1 to 65535');
const text = z.string().trim();

function urlOf(protocols: readonly string[], example: string): z.ZodType<string> {
  const message = `must be an address such as ${example}`;
  return text.refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), { error: message });
}

const temporalAddress = text.regex(/^[^\s/:]+:\d{1,5}$|^\[[0-9a-fA-F:]+\]:\d{1,5}$/, 'must be host:port, such as temporal.example.org:7233');
const postgresUrl = urlOf(['postgres:', 'postgresql:'], 'postgres://user:password@host:5432/plumbline');

const settings = z.object({
  PLUMBLINE_HOME: text.optional(),
  PLUMBLINE_PORT: port.default(7080),
  PLUMBLINE_HOST: text.regex(/^[0-9A-Za-z.:-]+$/, 'must be an IP address or a host name').default('127.0.0.1'),
  PLUMBLINE_BASE_URL: urlOf(['http:', 'https:'], 'https://plumbline.example.org').optional(),
  PLUMBLINE_TEMPORAL_PORT: port.optional(),
  PLUMBLINE_TEMPORAL_HTTP_PORT: port.optional(),
  PLUMBLINE_TEMPORAL_METRICS_PORT: port.optional(),
  PLUMBLINE_POSTGRES_PORT: port.optional(),
  TEMPORAL_ADDRESS: temporalAddress.optional(),
  TEMPORAL_NAMESPACE: text.regex(/^[A-Za-z0-9._-]+$/, 'must be letters, digits, dots, dashes and underscores').default('default'),
  TEMPORAL_API_KEY: text.optional(),
  TEMPORAL_TLS: z.enum(['true', 'false', '1', '0'], { error: 'must be true or false' }).optional(),
  TEMPORAL_TLS_CERT: text.optional(),
  TEMPORAL_TLS_KEY: text.optional(),
  TEMPORAL_TLS_CA: text.optional(),
  TEMPORAL_CLI_PATH: text.optional(),
  DATABASE_URL: postgresUrl.optional(),
  DATABASE_APP_URL: postgresUrl.optional(),
  SMTP_URL: urlOf(['smtp:', 'smtps:'], 'smtp://user:password@mail.example.org:587').optional(),
  MAIL_FROM: text.regex(/@/, 'must be an e-mail address').default('Plumbline <plumbline@localhost>'),
  PLUMBLINE_LOG_DAYS: z.coerce.number({ error: 'must be a number of days' }).int('must be a whole number of days').min(1, 'must be at least 1 day').max(36_500, 'must be at most 36500 days').default(400),
  PUPPETEER_EXECUTABLE_PATH: text.optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], { error: 'must be one of fatal, error, warn, info, debug, trace, silent' }).default('info'),
  XDG_CACHE_HOME: text.optional(),
});

type Settings = z.infer<typeof settings>;

function parse(env: NodeJS.ProcessEnv): Settings {
  const given: Record<string, string> = {};
  for (const name of Object.keys(settings.shape)) {
    const value = env[name]?.trim();
    if (value) given[name] = value;
  }
  const result = settings.safeParse(given);
  if (result.success) return result.data;
  const first = result.error.issues[0];
  const variable = String(first?.path[0] ?? 'a setting');
  throw new PlumblineError('PLB-START-010', `The setting ${variable} ${first?.message ?? 'cannot be used'}.`, { variable });
}

/** One of a pair alone is always a mistake, and would show up much later as a refused connection. */
function refuseHalves(values: Settings): void {
  const pairs: readonly (readonly [keyof Settings, keyof Settings])[] = [['TEMPORAL_TLS_CERT', 'TEMPORAL_TLS_KEY'], ['TEMPORAL_TLS_KEY', 'TEMPORAL_TLS_CERT']];
  for (const [present, missing] of pairs) {
    if (values[present] === undefined || values[missing] !== undefined) continue;
    throw new PlumblineError('PLB-START-010', `The setting ${missing} is missing: ${present} needs it.`, { variable: missing });
  }
}

function temporalSettings(values: Settings): TemporalSettings {
  const anyTls = values.TEMPORAL_API_KEY ?? values.TEMPORAL_TLS_CERT ?? values.TEMPORAL_TLS_CA;
  return {
    address: values.TEMPORAL_ADDRESS ?? null,
    namespace: values.TEMPORAL_NAMESPACE,
    apiKey: values.TEMPORAL_API_KEY ?? null,
    tls: values.TEMPORAL_TLS === undefined ? anyTls !== undefined : ['true', '1'].includes(values.TEMPORAL_TLS),
    tlsCertPath: values.TEMPORAL_TLS_CERT ?? null,
    tlsKeyPath: values.TEMPORAL_TLS_KEY ?? null,
    tlsCaPath: values.TEMPORAL_TLS_CA ?? null,
    cliPath: values.TEMPORAL_CLI_PATH ?? null,
    port: values.PLUMBLINE_TEMPORAL_PORT ?? null,
    httpPort: values.PLUMBLINE_TEMPORAL_HTTP_PORT ?? null,
    metricsPort: values.PLUMBLINE_TEMPORAL_METRICS_PORT ?? null,
  };
}

function defaultBaseUrl(host: string, portNumber: number): string {
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${portNumber}`;
}

export function cacheFolderOf(env: NodeJS.ProcessEnv): string {
  return join(env['XDG_CACHE_HOME']?.trim() || join(homedir(), '.cache'), 'plumbline');
}

/** Reads and checks all settings; an empty variable counts as not set. A bad value ends with PLB-START-010 naming it. */
export function readConfiguration(env: NodeJS.ProcessEnv = process.env): Configuration {
  const values = parse(env);
  refuseHalves(values);
  return {
    home: resolve(values.PLUMBLINE_HOME ?? join(projectPaths().root, '.plumbline')),
    cacheFolder: cacheFolderOf(env),
    host: values.PLUMBLINE_HOST,
    port: values.PLUMBLINE_PORT,
    baseUrl: (values.PLUMBLINE_BASE_URL ?? defaultBaseUrl(values.PLUMBLINE_HOST, values.PLUMBLINE_PORT)).replace(/\/+$/, ''),
    logLevel: values.LOG_LEVEL,
    temporal: temporalSettings(values),
    database: { ownerUrl: values.DATABASE_URL ?? null, appUrl: values.DATABASE_APP_URL ?? null, port: values.PLUMBLINE_POSTGRES_PORT ?? null },
    mail: { smtpUrl: values.SMTP_URL ?? null, from: values.MAIL_FROM },
    chromiumPath: values.PUPPETEER_EXECUTABLE_PATH ?? null,
    logDays: values.PLUMBLINE_LOG_DAYS,
  };
}
