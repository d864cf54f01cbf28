/** The task queue that every worker polls. */
export const TASK_QUEUE = 'plumbline';
