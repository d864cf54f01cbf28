/** A program of its own that installs the small package and may be killed over it. Arguments: cache folder, registry, npm cache. */
import { installPackage } from '../../../src/runtime/demo/npm-install.js';
import { SMALL_PACKAGE } from './small-registry.js';

const [cacheFolder = '', registry = '', cache = ''] = process.argv.slice(2);
await installPackage({ ...SMALL_PACKAGE, title: 'Small', cacheFolder, env: { npm_config_registry: registry, npm_config_cache: cache } });
