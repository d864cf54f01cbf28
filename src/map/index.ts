/** Where data goes. The door of this room. */
export { deriveFlows, gatherFlows, type FlowGatherer } from './flows.js';
