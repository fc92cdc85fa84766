import type { Environment } from '../../app/config.ts';
import type { Clock } from '../../kernel/clock.ts';
import { AppError } from '../../kernel/errors.ts';
import type { RestoreSource } from '../../pipelines/restore/index.ts';
import type { RestoreTarget } from '../../snapshot/targets/index.ts';
import { readMongodbUri, type MongodbUriOptions } from '../mongodb-uri.ts';

export interface TargetOptions extends MongodbUriOptions {
  readonly toDump?: string;
  readonly toArchive?: string;
  readonly gzip?: true;
}

/** Refuses options that name no target, before a source is opened. @throws AppError `MISSING_OPTION`, `INVALID_OPTION` */
export function requireOneTarget(options: TargetOptions): void {
  const { toDump, toArchive, gzip = false, mongodbUriEnv, mongodbUriFile } = options;
  const given = [toDump, toArchive, mongodbUriEnv, mongodbUriFile].filter((each) => each !== undefined);
  if (given.length !== 1) {
    throw new AppError({
      code: 'MISSING_OPTION',
      message:
        given.length === 0 ? 'nothing says where the data goes' : 'two targets were given, and a restore has one',
      hint: 'Give one of --mongodb-uri-env VAR, --mongodb-uri-file FILE, --to-dump DIR, --to-archive FILE; or name a registered cluster after the source.',
    });
  }
  if (gzip && toArchive === undefined) {
    throw new AppError({
      code: 'INVALID_OPTION',
      message: '--gzip is there without --to-archive, and only an archive is zipped',
      hint: 'Leave --gzip out, or give --to-archive FILE.',
    });
  }
}

/** Opens where the data goes. @param options as `requireOneTarget` takes them. @throws AppError of the target. */
export async function openRestoreTarget(
  options: TargetOptions,
  { mongodbVersion }: Pick<RestoreSource, 'mongodbVersion'>,
  { clock, environment }: { readonly clock: Clock; readonly environment?: Environment | undefined },
): Promise<RestoreTarget> {
  const { toDump, toArchive, gzip = false } = options;
  const { openArchiveTarget, openDumpTarget, openMongodbTarget } = await import('../../snapshot/targets/index.ts');
  const facts = mongodbVersion === undefined ? {} : { mongodbVersion };
  if (toDump !== undefined) return await openDumpTarget(toDump, facts);
  if (toArchive !== undefined) return await openArchiveTarget(toArchive, { ...facts, gzip });
  return await openMongodbTarget(await readMongodbUri(options, environment), { clock });
}
