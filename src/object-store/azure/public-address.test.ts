import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { test } from 'node:test';
import { AZURITE_ACCOUNT } from '../../../test/support/azurite.ts';
import { openObjectStore } from '../all.ts';
import type { AzureStoreConfig, ObjectStore } from '../contract.ts';
import { isPublicAddress } from './public-address.ts';

const NOT_PUBLIC = [
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '127.0.0.1',
  '169.254.169.254',
  '172.31.255.255',
  '192.168.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:a9fe:a9fe',
  'fd00::1',
  'fe80::1',
  'ff02::1',
];
const PUBLIC = ['1.1.1.1', '20.60.1.1', '172.32.0.1', '::ffff:1.1.1.1', '2603:1030::1'];

test('addresses of this host, of private networks and of metadata services are not public', () => {
  for (const address of NOT_PUBLIC) assert.equal(isPublicAddress(address, isIP(address)), false, address);
  for (const address of PUBLIC) assert.equal(isPublicAddress(address, isIP(address)), true, address);
});

function open(host: string): Promise<ObjectStore> {
  const serviceUrl = `https://${host}`;
  const config: AzureStoreConfig = {
    kind: 'azure',
    serviceUrl,
    container: 'exports',
    accountKey: AZURITE_ACCOUNT,
    privateAddresses: false,
  };
  return openObjectStore(config, { clock: { now: () => 0 }, retry: { tries: 3, firstPauseMs: 1 } });
}

const refused = { code: 'OBJECT_STORE_ADDRESS_REFUSED', transient: false };

test('a name with an address that is not public gets no connection', async () => {
  const store = await open('localhost:1');
  await assert.rejects(store.put('object', [Buffer.from('x')]), refused);
  await assert.rejects(store.head('object'), refused);
});

test('an address in the place of a name is refused, too', async () => {
  for (const host of ['127.0.0.1', '[::1]', '169.254.169.254', '0x7f.1'])
    await assert.rejects(open(host), refused, host);
});
