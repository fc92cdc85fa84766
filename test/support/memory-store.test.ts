import { runObjectStoreConformance } from '../../src/object-store/conformance.ts';
import { memoryStore } from './memory-store.ts';

runObjectStoreConformance({
  name: 'memory',
  open: () => {
    const store = memoryStore();
    return Promise.resolve({ store, disturb: store.disturb, close: () => Promise.resolve() });
  },
});
