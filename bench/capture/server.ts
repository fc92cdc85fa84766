// A scripted MongoDB server with replies that were made before, as a process of its own: node bench/capture/server.ts MIB DOCUMENT_BYTES
import { Long, serialize } from 'bson';
import { startScriptedMongodb } from '../../test/support/scripted-mongodb/index.ts';
import { cursorReply } from '../../test/support/scripted-mongodb/wire-messages.ts';

/** The size of a server's replies if many documents are requested. */
const REPLY_BYTES = 8 * 1024 * 1024;
const CURSOR = Long.fromNumber(4242);

const [mebibytes = 128, documentBytes = 100] = process.argv.slice(2).map(Number);

function document(number: number): Uint8Array {
  const fixed = serialize({ _id: number, name: '' }).length;
  return serialize({ _id: number, name: `${number} `.padEnd(Math.max(0, documentBytes - fixed), 'small documents ') });
}

function makeReplies(): Uint8Array[] {
  const replies: Uint8Array[] = [];
  const total = mebibytes * 1024 * 1024;
  for (let bytes = 0, number = 0; bytes < total;) {
    const documents: Uint8Array[] = [];
    for (let batch = 0; batch < REPLY_BYTES;) {
      const each = document(number++);
      documents.push(each);
      batch += each.length;
      bytes += each.length;
    }
    const name = replies.length === 0 ? 'firstBatch' : 'nextBatch';
    const id = bytes < total ? CURSOR : Long.ZERO;
    replies.push(cursorReply({ name, documents }, { id, ns: 'bench.small' }, { ok: 1 }));
  }
  return replies;
}

const replies = makeReplies();
let next = 0;
const server = await startScriptedMongodb({
  databases: { bench: { small: {} } },
  script: ({ name, database }) => {
    if (database !== 'bench' || (name !== 'find' && name !== 'getMore')) return undefined;
    if (name === 'find') next = 0;
    const bytes = replies[next++];
    return bytes === undefined ? undefined : { bytes };
  },
});
process.send?.({
  host: server.hosts[0],
  replies: replies.length,
  bytes: replies.reduce((sum, each) => sum + each.length, 0),
});
process.on('disconnect', () => process.exit());
