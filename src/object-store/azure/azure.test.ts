import { after, before, suite } from 'node:test';
import { azuriteFound, startAzurite, type Azurite } from '../../../test/support/azurite.ts';
import { startFaultyProxy, type FaultyProxy } from '../../../test/support/faulty-proxy.ts';
import { skipUnless } from '../../../test/support/skip-unless.ts';
import { openObjectStore } from '../all.ts';
import { runObjectStoreConformance } from '../conformance.ts';

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

  runObjectStoreConformance({
    name: 'azure',
    open: async () => {
      const config = await azurite.createContainer(`container-${++containers}`);
      const serviceUrl = config.serviceUrl.replace(azurite.url, proxy.url);
      const store = await openObjectStore({ ...config, serviceUrl }, { clock, retry });
      return { store, disturb: proxy.disturb, close: () => Promise.resolve() };
    },
  });
});
