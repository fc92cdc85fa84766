import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Type } from 'typebox';
import { AppError, messageOf } from '../../kernel/errors.ts';
import { jsonTextReader } from '../../kernel/json-reader.ts';
import { writePrivateFile } from '../private-file.ts';
import { textOf } from '../read-file.ts';

/** Marks a data directory of a stand-in. It keeps the time, because the time of the rows must not go back at the next start. */
const MARKER_FILE = 'stand-in.json';

const readMarker = jsonTextReader(Type.Object({ clockOffsetMs: Type.Integer({ minimum: 0 }) }));

/**
 * Refuses the data of a real server to a stand-in, and the other way round. Marks a new directory of a stand-in.
 * @throws AppError `STAND_IN_MISMATCH`
 */
export function requireSameKind(
  dataDirectory: string,
  { isNew, isStandIn }: { readonly isNew: boolean; readonly isStandIn: boolean },
): void {
  const isMarked = existsSync(join(dataDirectory, MARKER_FILE));
  if (isMarked === isStandIn) return;
  if (isStandIn && isNew) {
    writeClockOffset(dataDirectory, 0);
    return;
  }
  throw new AppError(
    isMarked
      ? {
          code: 'STAND_IN_MISMATCH',
          message: `the data directory ${dataDirectory} belongs to a stand-in, whose time a tester has set`,
          hint: 'Give --stand-in, or name another --data-dir.',
        }
      : {
          code: 'STAND_IN_MISMATCH',
          message: `the data directory ${dataDirectory} has the data of a real server, which a stand-in might let expire`,
          hint: 'Name another --data-dir for the stand-in.',
        },
  );
}

/** @throws AppError `STAND_IN_MISMATCH` if the marker cannot be read. */
export function readClockOffset(dataDirectory: string): number {
  const file = join(dataDirectory, MARKER_FILE);
  try {
    return readMarker(textOf(file) ?? '').clockOffsetMs;
  } catch (cause) {
    throw new AppError({
      code: 'STAND_IN_MISMATCH',
      message: `the file ${file}, which keeps the time of the stand-in, cannot be read: ${messageOf(cause)}`,
      hint: 'Name another --data-dir.',
      cause,
    });
  }
}

export function writeClockOffset(dataDirectory: string, clockOffsetMs: number): void {
  writePrivateFile(join(dataDirectory, MARKER_FILE), `${JSON.stringify({ clockOffsetMs })}\n`);
}
