/** Where data goes. The door of this room. */
export { deriveFlows } from './flows.js';
