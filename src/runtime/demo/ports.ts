/** Owns: finding a port on loopback that is free. Does not own: keeping it free until it is used. */
import { createServer } from 'node:net';

/** The first of the wanted ports that is free, else one the system picks. */
export async function freePort(wanted: readonly number[] = []): Promise<number> {
  for (const port of wanted) {
    if ((await tryPort(port)) !== null) return port;
  }
  const port = await tryPort(0);
  if (port === null) throw new Error('no free port on loopback');
  return port;
}

function tryPort(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : null));
    });
  });
}
