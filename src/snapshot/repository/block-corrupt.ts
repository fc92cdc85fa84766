import { AppError } from '../../kernel/errors.ts';

/** What is stored under a block's name is not the block. */
export function blockCorrupt(sha256: string, cause?: unknown): AppError {
  return new AppError({
    code: 'BLOCK_CORRUPT',
    message: `block ${sha256} of the snapshot repository is damaged: its content does not have the hash that is its name`,
    hint: 'Check the disk or bucket of the repository. Delete the damaged block and take a new snapshot.',
    ...(cause === undefined ? {} : { cause }),
  });
}
