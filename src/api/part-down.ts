/** Telling "the database or Temporal is away" from a defect, by error codes only. Owns that question. */
import { isGrpcServiceError } from '@temporalio/client';

/** gRPC: 4 deadline exceeded, 14 unavailable. */
const GRPC_AWAY = new Set([4, 14]);
/** SQLSTATE classes 08 (connection), 57P0x (shutting down, starting up), 53300 (no free connection). */
const SQL_AWAY = /^(08...|57P0[123]|53300)$/;
const SOCKET_AWAY = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOENT', 'EHOSTUNREACH', 'ENETUNREACH']);
const DRIVER_SENTENCES = /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Connection ended)/;

export function isPartDown(error: unknown): boolean {
  for (const link of causes(error)) {
    if (isGrpcServiceError(link) && GRPC_AWAY.has(link.code)) return true;
    const { code, syscall } = link as NodeJS.ErrnoException;
    if (typeof code === 'string' && SQL_AWAY.test(code)) return true;
    if (typeof code === 'string' && SOCKET_AWAY.has(code) && syscall !== undefined && isSocketCall(syscall)) return true;
    if (DRIVER_SENTENCES.test(link.message)) return true;
  }
  return false;
}

/** ENOENT is also a missing file; only a failed connect or read of a socket tells that a part is away. */
function isSocketCall(syscall: string): boolean {
  return ['connect', 'read', 'write', 'getaddrinfo'].includes(syscall);
}

function* causes(error: unknown): Generator<Error> {
  let link: unknown = error;
  for (let depth = 0; depth < 5 && link instanceof Error; depth += 1) {
    yield link;
    if (link instanceof AggregateError) for (const inner of link.errors) if (inner instanceof Error) yield inner;
    link = link.cause;
  }
}
