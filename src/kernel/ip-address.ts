import { BlockList, isIP, SocketAddress } from 'node:net';

/** A block of IP addresses: one address, or all addresses with the same first bits (CIDR notation, RFC 4632, RFC 4291). */
export interface AddressBlock {
  readonly address: string;
  readonly family: 'ipv4' | 'ipv6';
  /** The number of bits that all addresses of the block share. */
  readonly prefix: number;
}

const BITS = { ipv4: 32, ipv6: 128 } as const;
const MAPPED = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/;

/**
 * Returns an address in its canonical form: IPv6 in lower case and compressed (RFC 5952), without a zone, and an IPv4 address that
 * is mapped into IPv6 (`::ffff:192.0.2.1`) as IPv4, because a socket for both families reports IPv4 clients so.
 * @returns undefined if the text is no address.
 */
export function canonicalAddress(text: string): string | undefined {
  const [plain = ''] = text.split('%', 1);
  const version = isIP(plain);
  if (version === 0) return undefined;
  if (version === 4) return plain;
  const { address } = new SocketAddress({ address: plain, family: 'ipv6' });
  return MAPPED.exec(address)?.[1] ?? address;
}

/** Parses an address, or a block such as `10.0.0.0/8`. @returns undefined if the text is neither. */
export function parseAddressBlock(text: string): AddressBlock | undefined {
  const [, host = '', bits] = /^([0-9A-Fa-f:.]{2,45})(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const address = canonicalAddress(host);
  if (address === undefined) return undefined;
  const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
  // The prefix of a mapped IPv4 address counts the 96 bits before it.
  const shift = isIP(host) === 6 && family === 'ipv4' ? 96 : 0;
  const prefix = bits === undefined ? BITS[family] : Number(bits) - shift;
  return prefix >= 0 && prefix <= BITS[family] ? { address, family, prefix } : undefined;
}

/** Formats a block in CIDR notation: `192.0.2.1/32`. Equal texts are equal blocks with the same address. */
export function blockText({ address, prefix }: AddressBlock): string {
  return `${address}/${prefix}`;
}

/** Whether the block is a single address. */
export function isSingleAddress({ family, prefix }: AddressBlock): boolean {
  return prefix === BITS[family];
}

/** Whether one of the blocks has the address. An undefined or malformed address is in no block. */
export function containsAddress(blocks: readonly AddressBlock[], address: string | undefined): boolean {
  const canonical = address === undefined ? undefined : canonicalAddress(address);
  if (canonical === undefined) return false;
  const family = isIP(canonical) === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  // Blocks of the other family are left out, because Node.js counts the IPv4 addresses as a part of the IPv6 addresses.
  for (const block of blocks.filter((block) => block.family === family)) {
    list.addSubnet(block.address, block.prefix, family);
  }
  return list.check(canonical, family);
}
