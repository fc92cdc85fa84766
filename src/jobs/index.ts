export type { JobContext, JobHandler, JobHandlers, JobQueue, JobWorker } from './contract.ts';
export { createLocalJobs, type LocalJobs, type LocalJobsOptions } from './local.ts';
