import { Type, type Static } from 'typebox';
import { ReadOnly, invalidAttribute, invalidJsonAttribute, missingAttribute } from '../../http/index.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { blockText, isSingleAddress, parseAddressBlock, type AddressBlock } from '../../kernel/ip-address.ts';

const Address = Type.Optional(Type.Union([Type.String({ maxLength: 64 }), Type.Null()]));
/** The body of a request that adds entries. */
export const AddBody = Type.Array(
  Type.Object({
    cidrBlock: Address,
    ipAddress: Address,
    count: ReadOnly,
    created: ReadOnly,
    createdAt: ReadOnly,
    lastUsed: ReadOnly,
    lastUsedAddress: ReadOnly,
    lastUsedAt: ReadOnly,
    links: ReadOnly,
    requestCount: ReadOnly,
  }),
  { minItems: 1, maxItems: 200 },
);

/** @throws ApiError `MISSING_ATTRIBUTE`, `INVALID_JSON_ATTRIBUTE`, `INVALID_ATTRIBUTE` */
export function decodeBlocks(body: Static<typeof AddBody>): readonly AddressBlock[] {
  return body.map((item, index) => decodeBlock(item, `[${index}].`));
}

/**
 * Decodes the block of an item, which names a block or one address. Both are valid together if they are the same.
 * @param path of the item, for errors.
 * @throws ApiError `MISSING_ATTRIBUTE`, `INVALID_JSON_ATTRIBUTE`, `INVALID_ATTRIBUTE`
 */
export function decodeBlock(
  item: { readonly ipAddress?: string | null; readonly cidrBlock?: string | null },
  path: string,
): AddressBlock {
  const { ipAddress, cidrBlock } = item;
  const address = ipAddress == null ? undefined : parsed(ipAddress, !ipAddress.includes('/'), `${path}ipAddress`);
  const block = cidrBlock == null ? undefined : parsed(cidrBlock, cidrBlock.includes('/'), `${path}cidrBlock`);
  const wanted = address ?? block;
  if (wanted === undefined) throw missingAttribute(`${path}ipAddress`);
  if (block !== undefined && blockText(block) !== blockText(wanted)) throw invalidAttribute(`${path}cidrBlock`);
  return wanted;
}

function parsed(text: string, hasRightForm: boolean, attribute: string): AddressBlock {
  const block = hasRightForm ? parseAddressBlock(text) : undefined;
  if (block === undefined) throw invalidJsonAttribute(attribute);
  return block;
}

/** Encodes the addresses of an entry: the block, and the address if it is one. */
export function encodeBlock(block: AddressBlock): JsonObject {
  return { cidrBlock: blockText(block), ...(isSingleAddress(block) ? { ipAddress: block.address } : {}) };
}

/** Returns the last segment of an entry's path. */
export function entrySegment(block: AddressBlock): string {
  return isSingleAddress(block) ? block.address : encodeURIComponent(blockText(block));
}
