// A scripted MongoDB server that takes documents as they come and gives them back, as a process of its own:
// node bench/restore/server.ts
import { Long } from 'bson';
import { startScriptedMongodb } from '../../test/support/scripted-mongodb/index.ts';
import { cursorReply } from '../../test/support/scripted-mongodb/wire-messages.ts';

/** The size of a server's replies if many documents are requested. */
const REPLY_BYTES = 8 * 1024 * 1024;
const CURSOR = Long.fromNumber(4242);

let documents: Uint8Array[] = [];
let next = 0;

/** The documents of the next reply to a reader. */
function batch(): readonly Uint8Array[] {
  const from = next;
  for (let bytes = 0; next < documents.length && bytes < REPLY_BYTES; next++) bytes += documents[next]?.length ?? 0;
  return documents.slice(from, next);
}

const server = await startScriptedMongodb({
  script: ({ name, command }) => {
    if (name === 'create') documents = [];
    if (name === 'insert') {
      const taken = command['documents'] as readonly Uint8Array[];
      for (const document of taken) documents.push(document);
      server.deployment.requests.length = 0;
      return { reply: { n: taken.length } };
    }
    if (name !== 'getMore' && !(name === 'find' && command['limit'] === undefined)) return undefined;
    if (name === 'find') next = 0;
    const some = batch();
    const id = next < documents.length ? CURSOR : Long.ZERO;
    const field = name === 'find' ? 'firstBatch' : 'nextBatch';
    return { bytes: cursorReply({ name: field, documents: some }, { id, ns: 'bench.data' }, { ok: 1 }) };
  },
});
process.send?.({ uri: server.uri });
process.on('disconnect', () => process.exit());
