/**
 * Failure messages and stacks go through the codec too. Owns: that one switch.
 * Loaded by path, also inside the workflow sandbox, so it imports nothing of Node.
 */
import { DefaultFailureConverter } from '@temporalio/common';

export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
