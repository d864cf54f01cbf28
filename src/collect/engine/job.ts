/** An export that the platform makes on demand. */
import type { CompiledResource } from '../manifest/connector.js';
import type { PageEnd } from './pages.js';
import type { Reading, TypeReader } from './read-type.js';

export async function readJob(_resource: CompiledResource, _reader: TypeReader, _failedEnd: (resource: CompiledResource, error: unknown) => PageEnd): Promise<Reading> {
  throw new Error('exports made on demand cannot be read yet');
}
