import type { BsonError } from '../../extjson/index.ts';
import type { TaskInput, TaskName } from './block-tasks.ts';

/** Sent to a thread, with the input's buffers. */
export type BlockRequest<Name extends TaskName = TaskName> = {
  [Each in Name]: { readonly id: number; readonly task: Each; readonly input: TaskInput<Each> };
}[Name];

/** A thread's answer, with the output's buffers. The type of the output is known to the one who sent the request. */
export type BlockReply =
  { readonly id: number; readonly output: never } | { readonly id: number; readonly failure: BlockFailure };

/** What is left of an error after its way between threads. */
export interface BlockFailure {
  readonly code: string;
  readonly message: string;
  readonly hint: string | undefined;
  readonly stack: string | undefined;
  /** Of a document that is not valid BSON: a BsonError's facts, counted within the block. */
  readonly bson?: Pick<BsonError, 'reason' | 'offset' | 'document' | 'id'>;
}
