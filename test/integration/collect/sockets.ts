/** Watches every connection that this process begins. What is not on loopback is recorded and never opened. */
import { Socket, isIPv6 } from 'node:net';
import { vi } from 'vitest';

export interface SocketWatch {
  /** `address:port` in the order of the tries */
  readonly tried: string[];
  stop(): void;
}

interface Handle { connect: () => number; connect6: () => number }
/** libuv's number for "connection refused" */
const REFUSED = -111;

export function watchSockets(): SocketWatch {
  const tried: string[] = [];
  const emit = Socket.prototype.emit;
  const spy = vi.spyOn(Socket.prototype, 'emit').mockImplementation(function watched(this: Socket, event: string | symbol, ...rest: unknown[]) {
    if (event === 'connectionAttempt') {
      const address = String(rest[0]);
      tried.push(`${isIPv6(address) ? `[${address}]` : address}:${String(rest[1])}`);
      if (!/^127\.|^::1$/.test(address)) {
        const handle = Reflect.get(this, '_handle') as Handle;
        handle.connect = () => REFUSED;
        handle.connect6 = () => REFUSED;
      }
    }
    return Reflect.apply(emit, this, [event, ...rest]) as boolean;
  });
  return { tried, stop: () => spy.mockRestore() };
}
