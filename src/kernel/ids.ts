import { randomBytes } from 'node:crypto';

/** An id as Atlas has it, a MongoDB ObjectId: 24 lower-case hex digits, ordered by time. */
export type Id = string;

const ID_PATTERN = /^[0-9a-f]{24}$/;

const processPart = randomBytes(5).toString('hex');
let counter = randomBytes(3).readUIntBE(0, 3);

/** Makes a new id. The ids of one process sort by creation time. @param nowMs since the Unix epoch. */
export function newId(nowMs: number): Id {
  counter = (counter + 1) & 0xffffff;
  const seconds = Math.floor(nowMs / 1000) >>> 0;
  return seconds.toString(16).padStart(8, '0') + processPart + counter.toString(16).padStart(6, '0');
}

/** Whether the text is an id that Atlas accepts in a path or a body. */
export function isId(text: string): text is Id {
  return ID_PATTERN.test(text);
}
