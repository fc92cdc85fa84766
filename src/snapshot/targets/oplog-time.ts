import { BSON } from 'bson';
import { AppError } from '../../kernel/errors.ts';

/** A moment of an oplog: seconds since the Unix epoch, and the number of the entry within the second. */
export interface OplogTime {
  readonly seconds: number;
  readonly increment: number;
}

const TIMESTAMP = 0x11;
const TIMESTAMP_BYTES = 8;

/** Negative if `a` is before `b`, 0 if they are equal, positive if it is after `b`. */
export function compareOplogTimes(a: OplogTime, b: OplogTime): number {
  return a.seconds - b.seconds || a.increment - b.increment;
}

/** The `ts` of an entry of an oplog. @throws AppError `OPLOG_DAMAGED` */
export function oplogTimeOf(entry: Uint8Array): OplogTime {
  for (const [type, nameOffset, nameLength, offset, length] of BSON.onDemand.parseToElements(entry)) {
    if (Buffer.from(entry.buffer, entry.byteOffset + nameOffset, nameLength).toString('latin1') !== 'ts') continue;
    if (type !== TIMESTAMP || length !== TIMESTAMP_BYTES) break;
    const value = Buffer.from(entry.buffer, entry.byteOffset + offset, length);
    return { seconds: value.readUInt32LE(4), increment: value.readUInt32LE(0) };
  }
  throw oplogDamaged('an entry has no timestamp');
}

export function oplogDamaged(reason: string): AppError {
  return new AppError({
    code: 'OPLOG_DAMAGED',
    message: `the oplog cannot be applied: ${reason}`,
    hint: 'Restore without the oplog, or restore another dump or the snapshot of another one.',
  });
}
