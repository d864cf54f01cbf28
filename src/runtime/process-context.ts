/** What both of our processes begin with. Owns: reading settings, keys and the logger once. Does not own: their work. */
import type { DataConverter } from '@temporalio/common';
import type { Logger } from 'pino';
import { dataConverter } from './codec.js';
import { readConfiguration, type Configuration } from './configuration.js';
import { openDataFolder, type DataFolder } from './data-folder.js';
import { deriveKeys, rootKey, type DerivedKeys } from './keys.js';
import { createLogger } from './logging.js';

export interface ProcessContext {
  readonly configuration: Configuration;
  readonly folder: DataFolder;
  readonly keys: DerivedKeys;
  readonly dataConverter: DataConverter;
  readonly logger: Logger;
}

export function createProcessContext(name: string, env: NodeJS.ProcessEnv = process.env): ProcessContext {
  const configuration = readConfiguration(env);
  const folder = openDataFolder(configuration.home);
  const keys = deriveKeys(rootKey(configuration.home));
  const logger = createLogger({ name, level: configuration.logLevel, folder });
  return { configuration, folder, keys, dataConverter: dataConverter(keys.payload), logger };
}
