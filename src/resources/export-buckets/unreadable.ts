import { AppError, codeOf } from '../../kernel/errors.ts';

/**
 * Says what a role lacks that may only write, because Atlas's permissions for exports are no more than that. Any other error stays.
 * @param options.code of the new error.
 * @param options.reader what reads the bucket, such as `a drill`.
 */
export function explainUnreadable(
  thrown: unknown,
  { code, reader }: { readonly code: string; readonly reader: string },
): unknown {
  if (codeOf(thrown) !== 'OBJECT_STORE_FORBIDDEN') return thrown;
  return new AppError({
    code,
    message: `the role of the bucket may not read it, and ${reader} reads every object of the export`,
    hint: 'Give the role s3:GetObject and s3:ListBucket too, Storage Blob Data Reader, or Storage Object Viewer. Exports alone need to write only.',
    cause: thrown,
  });
}
