import { lookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { BlockList, isIP } from 'node:net';

/**
 * Addresses that are not those of a public service: this host, private networks, link-local addresses (also those of the clouds'
 * metadata services), shared, multicast and reserved ones.
 * Sources: https://www.iana.org/assignments/iana-ipv4-special-registry and …/iana-ipv6-special-registry
 */
const NOT_PUBLIC = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const) {
  NOT_PUBLIC.addSubnet(network, prefix, 'ipv4');
}
for (const [network, prefix] of [
  ['::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const) {
  NOT_PUBLIC.addSubnet(network, prefix, 'ipv6');
}

/** Whether an address is one of a public network. An IPv4 address in an IPv6 address is judged as the IPv4 address. */
export function isPublicAddress(address: string, family: number): boolean {
  return !NOT_PUBLIC.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

/** The code of the error of a refused address. */
export const ADDRESS_NOT_PUBLIC = 'ERR_ADDRESS_NOT_PUBLIC';

type Callback = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

/**
 * Looks a host name up like `dns.lookup`, and fails if one of its addresses is not public. A connection uses the address that was
 * checked, so a name that changes its address between check and use gains nothing.
 */
export function publicAddressLookup(hostname: string, options: LookupOptions, callback: Callback): void {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) {
      callback(error, []);
      return;
    }
    const refused = addresses.find(({ address, family }) => !isPublicAddress(address, family));
    const [first] = addresses;
    if (refused !== undefined) callback(notPublic(hostname, refused.address), []);
    else if (options.all === true || first === undefined) callback(null, addresses);
    else callback(null, first.address, first.family);
  });
}

/** Refuses a host that is an address and not public, because no lookup is made for it. @throws like the lookup. */
export function assertPublicHost(hostname: string): void {
  const address = hostname.replace(/^\[|\]$/g, '');
  const family = isIP(address);
  if (family !== 0 && !isPublicAddress(address, family)) throw notPublic(hostname, address);
}

function notPublic(hostname: string, address: string): Error {
  return Object.assign(new Error(`${hostname} has the address ${address}, which is not public`), {
    code: ADDRESS_NOT_PUBLIC,
  });
}
