// Stands in for mongod where only its start matters: it takes mongod's options, and is no primary before it was initiated.
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { startScriptedMongodb } from '../scripted-mongodb/index.ts';

const { values } = parseArgs({
  options: {
    bind_ip: { type: 'string' },
    port: { type: 'string' },
    dbpath: { type: 'string' },
    replSet: { type: 'string' },
    setParameter: { type: 'string' },
  },
});
const { bind_ip: address, port, dbpath = '', replSet } = values;
if (address !== '127.0.0.1' || replSet !== 'rs0' || !existsSync(dbpath)) process.exit(1);

const server = await startScriptedMongodb({
  ...{ topology: 'replicaSet', members: 1, port: Number(port) },
  script: ({ name }) => {
    if (name !== 'replSetInitiate') return undefined;
    server.elect(0);
    return { reply: {} };
  },
});
server.elect(-1);
