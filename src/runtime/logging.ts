/**
 * Logs of our own processes. Owns: the logger, its file and what is struck out before a line is written.
 * Does not own: logs of PostgreSQL and Temporal (child-process.ts).
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pino, type Logger } from 'pino';
import type { DataFolder } from './data-folder.js';

const SECRET_NAMES = [
  'password', 'passwd', 'secret', 'clientSecret', 'token', 'accessToken', 'refreshToken', 'apiKey', 'api_key', 'key', 'privateKey',
  'authorization', 'cookie', 'credential', 'credentials', 'smtpUrl', 'ownerUrl', 'appUrl', 'databaseUrl', 'connectionString', 'link', 'linkToken',
];
const SECRET_HEADERS = ['authorization', 'cookie', 'set-cookie', 'x-api-key', 'x-n8n-api-key', 'x-csrf-token'];

/** pino strikes out by place, so each name is named at the top and up to three levels below it. */
function redactPaths(): string[] {
  const byName = SECRET_NAMES.flatMap((name) => [name, `*.${name}`, `*.*.${name}`, `*.*.*.${name}`]);
  const byHeader = SECRET_HEADERS.flatMap((name) => [`headers["${name}"]`, `*.headers["${name}"]`, `*.*.headers["${name}"]`]);
  return [...byName, ...byHeader];
}

/** user:password@ in any address within a text, wherever it came from. */
export function withoutAddressPasswords(text: string): string {
  return text.replace(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@:"]*:[^\s/@"]*@/gi, '$1[removed]@');
}

function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { code, details } = error as { code?: unknown; details?: unknown };
  const cause = error.cause === undefined ? {} : { cause: serializeError(error.cause) };
  return { type: error.name, message: withoutAddressPasswords(error.message), code, details, stack: withoutAddressPasswords(error.stack ?? ''), ...cause };
}

/**
 * The finished line is cleaned, not its parts: pino itself copies the message of an error to a second place.
 * A disk that is full loses lines of the log; it must not end the process that writes them.
 */
function cleaned(dest: string | number): { write(line: string): void } {
  const target = pino.destination({ dest, sync: true, mode: 0o600, mkdir: true });
  target.on('error', () => undefined);
  return { write: (line) => void target.write(withoutAddressPasswords(line)) };
}

export interface LoggerOptions {
  readonly name: string;
  readonly level: string;
  /** Where the file goes; none: stderr alone. */
  readonly folder?: Pick<DataFolder, 'logs'>;
  /** Also warnings and worse to stderr. Off in children, whose stderr is that same kind of file. */
  readonly stderr?: boolean;
}

export function createLogger(options: LoggerOptions): Logger {
  const streams = [];
  if (options.folder) {
    mkdirSync(options.folder.logs, { recursive: true });
    streams.push({ level: options.level, stream: cleaned(join(options.folder.logs, `${options.name}.jsonl`)) });
  }
  if (options.stderr ?? options.folder === undefined) streams.push({ level: options.folder ? 'warn' : options.level, stream: cleaned(2) });
  return pino({
    name: options.name, level: options.level,
    redact: { paths: redactPaths(), censor: '[removed]' },
    serializers: { err: serializeError, error: serializeError },
  }, pino.multistream(streams as pino.StreamEntry[]));
}
