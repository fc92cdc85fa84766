import { Type, type Static } from 'typebox';
import {
  ReadOnly,
  IdSchema,
  invalidAttribute,
  invalidJsonAttribute,
  LinksSchema,
  TimeSchema,
  type Links,
} from '../../http/index.ts';
import { parseAtlasDate } from '../../kernel/atlas-date.ts';
import { atlasTime } from '../../kernel/clock.ts';
import { blockText, parseAddressBlock } from '../../kernel/ip-address.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { decodeBlock, encodeBlock } from '../access-lists/index.ts';
import type { Connectable, ProjectAccessEntry } from './model.ts';
import { entryKey } from './table.ts';

const Text = Type.Optional(Type.String({ maxLength: 64 }));
export const AddBody = Type.Array(
  Type.Object({
    awsSecurityGroup: Type.Optional(Type.String({ pattern: '^([0-9]*/)?sg-[0-9a-f]{1,32}$' })),
    cidrBlock: Text,
    comment: Type.Optional(Type.String({ maxLength: 80 })),
    deleteAfterDate: Text,
    groupId: ReadOnly,
    ipAddress: Text,
    links: ReadOnly,
  }),
  { minItems: 1, maxItems: 200 },
);

export const EntrySchema = Type.Object(
  {
    awsSecurityGroup: Type.Optional(Type.String()),
    cidrBlock: Type.Optional(Type.String()),
    comment: Type.Optional(Type.String()),
    deleteAfterDate: Type.Optional(TimeSchema),
    groupId: IdSchema,
    ipAddress: Type.Optional(Type.String()),
    links: LinksSchema,
  },
  { $id: 'AccessListEntry' },
);

export const StatusSchema = Type.Object({ STATUS: Type.Literal('ACTIVE') }, { $id: 'AccessListEntryStatus' });

type Item = Static<typeof AddBody>[number];

/** @throws ApiError `MISSING_ATTRIBUTE`, `INVALID_JSON_ATTRIBUTE`, `INVALID_ATTRIBUTE` */
export function decodeAdd(
  body: Static<typeof AddBody>,
): readonly Pick<ProjectAccessEntry, 'from' | 'comment' | 'deleteAfter'>[] {
  return body.map((item, index) => {
    const path = `[${index}].`;
    const { comment, deleteAfterDate } = item;
    const deleteAfter = deleteAfterDate === undefined ? undefined : parseAtlasDate(deleteAfterDate);
    if (deleteAfterDate !== undefined && deleteAfter === undefined) {
      throw invalidJsonAttribute(`${path}deleteAfterDate`);
    }
    return { from: decodeFrom(item, path), comment, deleteAfter };
  });
}

function decodeFrom(item: Item, path: string): Connectable {
  const { awsSecurityGroup } = item;
  if (awsSecurityGroup === undefined) return { block: decodeBlock(item, path) };
  if (item.ipAddress !== undefined || item.cidrBlock !== undefined) throw invalidAttribute(`${path}awsSecurityGroup`);
  return { awsSecurityGroup };
}

/** Returns the key of the entry that a path names: an address is the block of this address alone. */
export function decodeKey(entryValue: string): string {
  const block = parseAddressBlock(entryValue);
  return block === undefined ? entryValue : blockText(block);
}

/** Encodes an entry. @param segment the name of the list in the paths of the request's API. */
export function encode(entry: ProjectAccessEntry, segment: string, links: Links): JsonObject {
  const { from, groupId } = entry;
  const { cidrBlock, ...address } = 'block' in from ? encodeBlock(from.block) : {};
  const self = `/groups/${groupId}/${segment}/${encodeURIComponent(entryKey(from))}`;
  return {
    ...('awsSecurityGroup' in from ? { awsSecurityGroup: from.awsSecurityGroup } : {}),
    ...(cidrBlock === undefined ? {} : { cidrBlock }),
    ...(entry.comment === undefined ? {} : { comment: entry.comment }),
    ...(entry.deleteAfter === undefined ? {} : { deleteAfterDate: atlasTime(entry.deleteAfter) }),
    groupId,
    ...address,
    links: [{ href: links.link(self), rel: 'self' }],
  };
}
