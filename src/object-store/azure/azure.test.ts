import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { ContainerClient, StorageSharedKeyCredential } from '@azure/storage-blob';
import { AZURITE_ACCOUNT, azuriteFound, startAzurite, type Azurite } from '../../../test/support/azurite.ts';
import { startFaultyProxy, type FaultyProxy } from '../../../test/support/faulty-proxy.ts';
import { skipUnless } from '../../../test/support/skip-unless.ts';
import { openObjectStore } from '../all.ts';
import { runObjectStoreConformance } from '../conformance.ts';
import type { AzureStoreConfig, ObjectInfo } from '../contract.ts';

const clock = { now: () => Date.now() };
const retry = { tries: 4, firstPauseMs: 1 };

/** A client of another program in the same container. */
function clientOf({ serviceUrl, container }: AzureStoreConfig): ContainerClient {
  const credential = new StorageSharedKeyCredential(AZURITE_ACCOUNT.account, AZURITE_ACCOUNT.key);
  return new ContainerClient(`${serviceUrl}/${container}`, credential);
}

suite('on Azurite', skipUnless('azurite', azuriteFound()), () => {
  let azurite: Azurite;
  let proxy: FaultyProxy;
  let containers = 0;

  before(async () => {
    azurite = await startAzurite();
    proxy = await startFaultyProxy(azurite.url);
  });
  after(async () => {
    await proxy.stop();
    await azurite.stop();
  });

  runObjectStoreConformance({
    name: 'azure',
    open: async () => {
      const config = await azurite.createContainer(`container-${++containers}`);
      const serviceUrl = config.serviceUrl.replace(azurite.url, proxy.url);
      const store = await openObjectStore({ ...config, serviceUrl }, { clock, retry });
      return { store, disturb: proxy.disturb, close: () => Promise.resolve() };
    },
  });

  test('the folders of an account with a hierarchical namespace are no objects', async () => {
    const config = await azurite.createContainer(`container-${++containers}`);
    await clientOf(config)
      .getBlockBlobClient('folder')
      .upload('', 0, { metadata: { hdi_isfolder: 'true' } });
    const store = await openObjectStore(config, { clock, retry });
    await store.put('folder/object', [Buffer.from('x')]);
    const found: ObjectInfo[] = [];
    for await (const object of store.list('')) found.push(object);
    assert.deepEqual(found, [{ key: 'folder/object', bytes: 1 }]);
    assert.equal(await store.head('folder'), undefined);
  });

  test('an object whose content was replaced under its metadata is read, and found different', async () => {
    const config = await azurite.createContainer(`container-${++containers}`);
    const store = await openObjectStore(config, { clock, retry });
    const acknowledged = await store.put('object', [Buffer.from('ours')]);
    const blob = clientOf(config).getBlockBlobClient('object');
    const { metadata = {} } = await blob.getProperties();
    await blob.upload('else', 4, { metadata });
    assert.equal(await store.compare('object', acknowledged), 'different');
    await blob.upload('ours', 4);
    assert.equal(await store.compare('object', acknowledged), 'same', 'copied without metadata');
  });
});
