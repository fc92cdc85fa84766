import { runObjectStoreConformance } from '../../src/object-store/conformance.ts';
import { faultyStore, lyingStore } from './faulty-store.ts';
import { memoryStore } from './memory-store.ts';

// Until its call comes it is as good as any other store.
runObjectStoreConformance({
  name: 'faulty, without a fault',
  open: () => {
    const store = memoryStore();
    const close = (): Promise<void> => Promise.resolve();
    return Promise.resolve({ store: faultyStore(store, 0), disturb: store.disturb, close });
  },
});

runObjectStoreConformance({
  name: 'lying, without a lie',
  open: () => {
    const store = memoryStore();
    const close = (): Promise<void> => Promise.resolve();
    return Promise.resolve({ store: lyingStore(store, 0, 'loses'), disturb: store.disturb, close });
  },
});
