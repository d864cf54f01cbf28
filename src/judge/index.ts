/** Judges resources against checks that are data. The door of this room. */
export { type Check } from './check.js';
export { loadChecks } from './load.js';
export { judge, type Judged, type JudgeInput } from './judge.js';
export { runExample } from './examples.js';
export { checksPage } from './catalogue.js';
