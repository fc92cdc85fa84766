export {
  every,
  type EnqueueOptions,
  type JobContext,
  type JobFigures,
  type JobHandler,
  type JobHandlers,
  type JobQueue,
  type JobWorker,
  type NextRun,
  type RetrySchedule,
} from './contract.ts';
export { createLocalJobs, type LocalJobs, type LocalJobsOptions } from './local.ts';
export { fenced } from './fenced.ts';
export { PacedWrites, WRITE_INTERVAL_MS } from './paced-writes.ts';
export { encodeWaiting, waitingProperties, type WaitingJob } from './waiting.ts';
