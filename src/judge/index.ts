/** Judges resources against checks that are data. The door of this room. */
export { type Check, type CheckExample } from './check.js';
export { loadChecks, parseCheck } from './load.js';
export { judge, type Judged } from './judge.js';
export { exampleResources, runExample } from './examples.js';
