import { Long, ObjectId, Timestamp } from 'mongodb';

/** The reply to `hello`. https://www.mongodb.com/docs/manual/reference/command/hello/#output */
export type HelloReply = Record<string, unknown>;

/** The fields with addresses of members. */
export const MEMBER_FIELDS = ['hosts', 'passives', 'arbiters'] as const;

/**
 * The fields that the driver takes unchecked, and what they must be. On another value it throws where it watches the topology.
 * Nothing catches that error, so it would end the process.
 */
const FIELDS: Readonly<Record<string, (value: unknown) => boolean>> = {
  ...Object.fromEntries(MEMBER_FIELDS.map((field) => [field, isTexts])),
  me: (value) => typeof value === 'string',
  tags: isObject,
  electionId: (value) => value instanceof ObjectId,
  topologyVersion: (value) =>
    isObject(value) &&
    value['processId'] instanceof ObjectId &&
    (typeof value['counter'] === 'number' || Long.isLong(value['counter'])),
  $clusterTime: (value) => isObject(value) && value['clusterTime'] instanceof Timestamp,
};

/** The first field of a reply to `hello` that is not what it must be; undefined if there is none. */
export function wrongField(reply: HelloReply): string | undefined {
  return Object.entries(FIELDS).find(([field, isRight]) => {
    const value = reply[field] ?? undefined;
    return value !== undefined && !isRight(value);
  })?.[0];
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
