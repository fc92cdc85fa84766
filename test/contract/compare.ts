import { isJsonObject } from '../../src/kernel/json.ts';
import type { Json } from '../../src/kernel/json.ts';
import type { Reply } from '../support/digest-client.ts';
import type { Recording } from './recording.ts';

export interface Difference {
  /** JSON pointer into the body, or `header:Name`, or `status`. */
  readonly at: string;
  readonly kind: 'absent' | 'extra' | 'order' | 'length' | 'value';
  readonly recorded?: unknown;
  readonly ours?: unknown;
}

/** The deliberate differences between Longshore's and Atlas's answers. */
export interface PermittedDifference {
  readonly at: string;
  readonly kind: Difference['kind'];
  readonly because: string;
}

const ID = '([0-9a-f]{24})';
const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';

/** The parts of a recorded text that are particular to the recording, and their replacements. */
const PATTERNS: readonly (readonly [recorded: RegExp, ours: string])[] = [
  [/http:\/\/localhost:8080/, 'http://[^/]+'],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/, '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ'],
  // The prefix of an export: the minute of the snapshot, the second of the export.
  [/\d{4}-\d\d-\d\dT\d{4}(?=\/)/, '\\d{4}-\\d\\d-\\d\\dT\\d{4}'],
  [/(?<=T\d{4}\/)\d{10}/, '\\d{10}'],
  [/\b[0-9a-f]{24}\b/, ID],
  [new RegExp(`\\b${UUID}\\b`), UUID],
  [/^\d+\.\d+(?:\.\d+)?$/, '\\d+\\.\\d+(?:\\.\\d+)?'],
  [/(?<=^\*{8}-\*{4}-\*{4}-)[0-9a-f]{12}$/, '[0-9a-f]{12}'],
  // Values that the recorder masked.
  [/<uuid v4, shown in full>/, UUID],
  [/<8 lowercase letters>/, '[a-z]{8}'],
  [/<12 digits>/, '\\d{12}'],
  [/<32 base64 chars>/, '[A-Za-z0-9+/]{32}'],
  [/<desc>/, '.*'],
  [/<host>/, '[^/,]+'],
];
const PARTICULAR = new RegExp(PATTERNS.map(([recorded]) => `(${recorded.source})`).join('|'), 'g');

/** Sizes and counts depend on the data: zero stays zero and something stays something. */
const MEASURED = new Set(['storageSizeBytes', 'totalCount', 'clusterCount', 'diskSizeGB']);

const hasParticulars = (recorded: unknown): boolean =>
  typeof recorded === 'string' && recorded.search(PARTICULAR) !== -1;

/** Ids differ from the recorded ones. But all places with one recorded id must have one id. */
class Correspondence {
  readonly #toOurs = new Map<string, string>();
  readonly #toRecorded = new Map<string, string>();

  agrees(recorded: string, ours: string): boolean {
    if (!this.#toOurs.has(recorded) && !this.#toRecorded.has(ours)) {
      this.#toOurs.set(recorded, ours);
      this.#toRecorded.set(ours, recorded);
    }
    return this.#toOurs.get(recorded) === ours;
  }
}

const escapeForRegExp = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

function textAgrees(recorded: string, ours: string, ids: Correspondence): boolean {
  const recordedIds: string[] = [];
  let expression = '';
  let end = 0;
  for (const match of recorded.matchAll(PARTICULAR)) {
    const [whole, ...groups] = match;
    const pattern = PATTERNS[(groups as (string | undefined)[]).findIndex((group) => group !== undefined)]?.[1] ?? '';
    if (pattern === ID) recordedIds.push(whole);
    expression += escapeForRegExp(recorded.slice(end, match.index)) + pattern;
    end = match.index + whole.length;
  }
  expression += escapeForRegExp(recorded.slice(end));
  const found = new RegExp(`^${expression}$`, 's').exec(ours);
  return found !== null && recordedIds.every((id, index) => ids.agrees(id, found[index + 1] ?? ''));
}

function compareJson(recorded: Json, ours: Json, at: string, ids: Correspondence, trimmed: TrimmedLists): Difference[] {
  if (Array.isArray(recorded) && Array.isArray(ours))
    return compareLists(recorded as readonly Json[], ours as readonly Json[], at, ids, trimmed);
  if (isJsonObject(recorded) && isJsonObject(ours)) {
    const recordedKeys = Object.keys(recorded);
    const ourKeys = Object.keys(ours);
    const differences: Difference[] = [];
    for (const key of recordedKeys) {
      const [theirs, mine] = [recorded[key], ours[key]];
      if (theirs === undefined) continue;
      if (mine === undefined) differences.push({ at: `${at}/${key}`, kind: 'absent', recorded: theirs });
      else differences.push(...compareJson(theirs, mine, `${at}/${key}`, ids, trimmed));
    }
    for (const key of ourKeys) {
      if (!(key in recorded)) differences.push({ at: `${at}/${key}`, kind: 'extra', ours: ours[key] });
    }
    const expectedOrder = recordedKeys.filter((key) => key in ours).join();
    const order = ourKeys.filter((key) => key in recorded).join();
    if (order !== expectedOrder) differences.push({ at, kind: 'order', recorded: expectedOrder, ours: order });
    return differences;
  }
  if (typeof recorded === 'string' && typeof ours === 'string' && textAgrees(recorded, ours, ids)) return [];
  const measured = MEASURED.has(at.slice(at.lastIndexOf('/') + 1));
  if (measured && typeof recorded === 'number' && typeof ours === 'number' && ours > 0 === recorded > 0) return [];
  return recorded === ours ? [] : [{ at, kind: 'value', recorded, ours }];
}

/** Lists of which the recording keeps the first few only, by pointer, with their true lengths. */
type TrimmedLists = Readonly<Record<string, number>>;

function compareLists(
  recorded: readonly Json[],
  ours: readonly Json[],
  at: string,
  ids: Correspondence,
  trimmed: TrimmedLists,
): Difference[] {
  const length = trimmed[at];
  if (length === undefined && recorded.length !== ours.length)
    return [{ at, kind: 'length', recorded: recorded.length, ours: ours.length }];
  // A trimmed list shows only the shape of the elements that it lacks, and not which ids they share.
  return ours.flatMap((element, index) => {
    const model = recorded[length === undefined ? index : Math.min(index, recorded.length - 1)];
    const correspondence = length === undefined || index === 0 ? ids : new Correspondence();
    if (model === undefined) return [];
    const differences = compareJson(model, element, `${at}/${index}`, correspondence, trimmed);
    return length !== undefined && index >= recorded.length
      ? differences.filter(({ kind, recorded: theirs }) => kind !== 'value' || hasParticulars(theirs))
      : differences;
  });
}

/** The headers of an exchange that clients and people look at. */
const HEADERS = [
  'Content-Type',
  'Content-Length',
  'Deprecation',
  'Sunset',
  'Ratelimit-Limit',
  'Ratelimit-Remaining',
  'X-Error-Code',
  'Vary',
  'Www-Authenticate',
  'Location',
] as const;

function compareHeaders(recording: Recording, reply: Reply): Difference[] {
  return HEADERS.flatMap((name): Difference[] => {
    const at = `header:${name}`;
    const recorded = recording.headers[name];
    const header = reply.headers[name.toLowerCase()];
    const ours = Array.isArray(header) ? header.join(', ') : header;
    if (recorded === undefined && ours === undefined) return [];
    if (recorded === undefined) return [{ at, kind: 'extra', ours }];
    if (ours === undefined) return [{ at, kind: 'absent', recorded }];
    // A length follows from the body, which is compared; what remains of a limit, from what was asked before.
    if (name === 'Content-Length') return [];
    if (name === 'Ratelimit-Remaining') {
      const limit = Number(reply.headers['ratelimit-limit']);
      return /^\d+$/.test(ours) && Number(ours) < limit ? [] : [{ at, kind: 'value', recorded, ours }];
    }
    return textAgrees(recorded, ours, new Correspondence()) ? [] : [{ at, kind: 'value', recorded, ours }];
  });
}

/** Everything in which the reply is not what was recorded. */
export function compare(recording: Recording, reply: Reply): Difference[] {
  const differences: Difference[] = [];
  if (reply.status !== recording.status)
    differences.push({ at: 'status', kind: 'value', recorded: recording.status, ours: reply.status });
  differences.push(...compareHeaders(recording, reply));
  const trimmed = Object.fromEntries(
    Object.entries(recording.listLengths).map(([path, length]) => [`/${path.replaceAll('.', '/')}`, length]),
  );
  const recorded = recording.body;
  const isJson = reply.headers['content-type']?.includes('json') === true && reply.text !== '';
  const ours = isJson ? reply.json : reply.text === '' ? undefined : reply.text;
  if (recorded === undefined && ours !== undefined) differences.push({ at: '', kind: 'extra', ours });
  else if (recorded !== undefined && ours === undefined) differences.push({ at: '', kind: 'absent', recorded });
  else if (recorded !== undefined && ours !== undefined)
    differences.push(...compareJson(recorded, ours, '', new Correspondence(), trimmed));
  return differences;
}

/** The remaining differences, and the permitted differences that no longer occur. */
export function settle(
  differences: readonly Difference[],
  permitted: readonly PermittedDifference[],
): { readonly unexpected: readonly Difference[]; readonly obsolete: readonly PermittedDifference[] } {
  const covers = (permission: PermittedDifference, difference: Difference) =>
    permission.kind === difference.kind && permission.at === difference.at;
  return {
    unexpected: differences.filter((difference) => !permitted.some((permission) => covers(permission, difference))),
    obsolete: permitted.filter((permission) => !differences.some((difference) => covers(permission, difference))),
  };
}
