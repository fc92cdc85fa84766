export type { JobContext, JobHandler, JobHandlers, JobQueue, JobWorker } from './contract.ts';
export { createLocalJobs, type LocalJobs, type LocalJobsOptions } from './local.ts';
export { failureReason } from './failure-reason.ts';
export { fenced } from './fenced.ts';
