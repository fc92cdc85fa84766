import type { BsonError, ExtendedJsonError } from '../../extjson/index.ts';
import type { TaskInput, TaskName } from './block-tasks.ts';

/** A request to a thread. The input's buffers move with it. */
export type BlockRequest<Name extends TaskName = TaskName> = {
  [Each in Name]: { readonly id: number; readonly task: Each; readonly input: TaskInput<Each> };
}[Name];

/**
 * A thread's answer. The output's buffers move with it. Only the sender of the request knows the type of the output.
 */
export type BlockReply =
  { readonly id: number; readonly output: never } | { readonly id: number; readonly failure: BlockFailure };

/** The parts of an error that pass between threads. */
export interface BlockFailure {
  readonly code: string;
  readonly message: string;
  readonly hint: string | undefined;
  readonly stack: string | undefined;
  /** The facts of a BsonError, counted within the block. */
  readonly bson?: Pick<BsonError, 'reason' | 'offset' | 'document' | 'id'>;
  /** The facts of an ExtendedJsonError, counted within the text. */
  readonly json?: Pick<ExtendedJsonError, 'reason' | 'line' | 'column'>;
}
