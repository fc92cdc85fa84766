import { after, before, suite } from 'node:test';
import { ContainerClient, StorageSharedKeyCredential } from '@azure/storage-blob';
import { AZURITE_ACCOUNT, azuriteFound, startAzurite, type Azurite } from '../../../test/support/azurite.ts';
import { startFaultyProxy, type FaultyProxy } from '../../../test/support/faulty-proxy.ts';
import { skipUnless } from '../../../test/support/skip-unless.ts';
import { openObjectStore } from '../all.ts';
import { runObjectStoreConformance } from '../conformance.ts';
import type { AzureStoreConfig } from '../contract.ts';

const clock = { now: () => Date.now() };
const retry = { tries: 4, firstPauseMs: 1 };

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

  /** Makes a container of its own for each test. */
  async function newContainer(): Promise<AzureStoreConfig> {
    const serviceUrl = `${proxy.url}/${AZURITE_ACCOUNT.account}`;
    const container = `container-${++containers}`;
    const credential = new StorageSharedKeyCredential(AZURITE_ACCOUNT.account, AZURITE_ACCOUNT.key);
    await new ContainerClient(`${serviceUrl}/${container}`, credential).create();
    return { kind: 'azure', serviceUrl, container, accountKey: AZURITE_ACCOUNT, privateAddresses: true };
  }

  runObjectStoreConformance({
    name: 'azure',
    open: async () => {
      const store = await openObjectStore(await newContainer(), { clock, retry });
      return { store, disturb: proxy.disturb, close: () => Promise.resolve() };
    },
  });
});
