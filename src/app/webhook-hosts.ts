import { isIP } from 'node:net';
import { permittingEntry } from '../kernel/host-list.ts';
import { containsAddress, parseAddressBlock, type AddressBlock } from '../kernel/ip-address.ts';
import type { Settings } from './config.ts';
import { isLoopback } from './loopback.ts';

type HostSettings = Pick<Settings, 'webhookHosts' | 'host'>;

const blocks = (texts: readonly string[]): readonly AddressBlock[] =>
  texts.map((text) => {
    const block = parseAddressBlock(text);
    if (block === undefined) throw new Error(`${text} is no block of addresses`);
    return block;
  });

/** Addresses that are not public (the IANA registries of special-purpose addresses, RFC 6890), and multicast. */
const SPECIAL = blocks([
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
  ...['224.0.0.0/4', '240.0.0.0/4', '2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'],
]);
/** The only IPv6 addresses that are given out as public ones. */
const GLOBAL_UNICAST = blocks(['2000::/3']);
const LOOPBACK = blocks(['127.0.0.0/8', '::1/128']);

/** The host of a URL as an address or a name: IPv6 without brackets. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
}

/**
 * Why webhooks may not be sent to a URL; undefined if they may. The server reaches hosts that its callers may not reach, so without a list
 * of the operator only public addresses are permitted, and on a server on a loopback address also this machine. The addresses of a name are
 * looked at when the name is resolved: `isPermittedAddress`.
 */
export function refusalOfWebhookUrl(url: URL, settings: HostSettings): string | undefined {
  const host = hostOf(url);
  if (settings.webhookHosts !== undefined) {
    const named = url.port === '' ? host : `${host}:${url.port}`;
    if (permittingEntry(named, settings.webhookHosts) !== undefined) return undefined;
    return `its host ${host} is not in --webhook-hosts of the server`;
  }
  if (isLoopback(host) || containsAddress(LOOPBACK, host)) {
    return isLoopback(settings.host) ? undefined : 'its host is the server itself, which must be in --webhook-hosts';
  }
  if (url.protocol === 'http:') return 'it begins with http:// and not https://, so others could read what is sent';
  if (isIP(host) !== 0 && !isPermittedAddress(host, url, settings)) {
    return `its address ${host} is not public, and is not in --webhook-hosts of the server`;
  }
  return undefined;
}

/** Whether a request to a permitted URL may go to an address to which its host resolves. */
export function isPermittedAddress(address: string, url: URL, settings: HostSettings): boolean {
  if (settings.webhookHosts !== undefined) return true;
  if (containsAddress(LOOPBACK, address)) return isLoopback(settings.host) && isLoopback(hostOf(url));
  if (containsAddress(SPECIAL, address)) return false;
  return isIP(address) === 4 || containsAddress(GLOBAL_UNICAST, address);
}
