import { createHash, randomBytes } from 'node:crypto';

/** An id as Atlas has it, a MongoDB ObjectId: 24 lower-case hex digits, ordered by time. */
export type Id = string;

const ID_PATTERN = /^[0-9a-f]{24}$/;

const processPart = randomBytes(5).toString('hex');
let counter = randomBytes(3).readUIntBE(0, 3);

/** Makes a new id. The ids of one process sort by creation time. @param nowMs since the Unix epoch. */
export function newId(nowMs: number): Id {
  counter = (counter + 1) & 0xffffff;
  return secondOf(nowMs) + processPart + counter.toString(16).padStart(6, '0');
}

/** Returns the lowest id of the second of this time. Ids of earlier seconds are lower. @param timeMs since the Unix epoch; a time before it has the lowest id of all. */
export function lowestId(timeMs: number): Id {
  return secondOf(Math.max(0, timeMs)) + '0'.repeat(16);
}

function secondOf(timeMs: number): string {
  return (Math.floor(timeMs / 1000) >>> 0).toString(16).padStart(8, '0');
}

/** Derives the id of a part from the id of its whole, because the id must stay the same. */
export function partId(wholeId: Id, part: string): Id {
  return createHash('sha256').update(`${wholeId}/${part}`).digest('hex').slice(0, 24);
}

/** Whether the text is an id that Atlas accepts in a path or a body. */
export function isId(text: string): text is Id {
  return ID_PATTERN.test(text);
}
