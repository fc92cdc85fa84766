import type { Transaction } from '../../metastore/index.ts';
import type { ExportJob } from './model.ts';

/** Runs in the transaction that ends an export. */
export type EndHook = (transaction: Transaction, job: ExportJob) => Promise<void>;
