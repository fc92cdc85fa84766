import { refuse, startScriptedMongodb } from '../scripted-mongodb/index.ts';
import type { MongodbUnderTest } from './contract.ts';

const ID_INDEX = { v: 2, key: { _id: 1 }, name: '_id_' };

/** A replica set of the scripted server. */
export const SCRIPTED: MongodbUnderTest = {
  name: 'scripted replica set',
  options: {},
  can: { views: true, pointInTime: true, order: true },
  start: async () => {
    const server = await startScriptedMongodb({ topology: 'replicaSet', batchBytes: 1024 * 1024 });
    const { deployment } = server;
    return {
      uri: `${server.uri}&heartbeatFrequencyMS=500`,
      put: (database, name, { indexes = [], ...collection }) => {
        deployment.set(database, name, {
          ...collection,
          indexes: [ID_INDEX, ...indexes.map((index) => ({ v: 2, ...index }))],
        });
        return Promise.resolve();
      },
      drop: (database, name) => {
        deployment.set(database, name, undefined);
        return Promise.resolve();
      },
      failNext: (command, how) => {
        deployment.script = ({ name }) => {
          if (name !== command) return undefined;
          deployment.script = () => undefined;
          return how === 'cut' ? { cut: true } : refuse(how.code, 'made up');
        };
        return Promise.resolve();
      },
      openCursors: () => Promise.resolve(server.openCursors()),
      stop: () => server.stop(),
    };
  },
};
