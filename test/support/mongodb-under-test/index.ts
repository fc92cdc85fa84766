import { ferretdbFound, startFerretdb } from '../ferretdb.ts';
import { skipUnless } from '../skip-unless.ts';
import { byDriver } from './by-driver.ts';
import type { MongodbUnderTest } from './contract.ts';

export type { CollectionToPut, MongodbUnderTest, StartedMongodb } from './contract.ts';
export { REAL } from './real.ts';
export { SCRIPTED } from './scripted.ts';

/** A server that others wrote. */
export const FERRETDB: MongodbUnderTest = {
  name: 'FerretDB',
  options: skipUnless('mongodb', ferretdbFound()),
  can: { views: false, pointInTime: false, order: false },
  start: async () => await byDriver(await startFerretdb()),
};
