// A scripted MongoDB server that takes documents as they come and gives them back, as a process of its own:
// node bench/restore/server.ts
// It shares the processor with what is measured, so it does no more than read messages, and count documents by their lengths.
import { Long } from 'bson';
import { documentLength } from '../../src/snapshot/blocks/index.ts';
import { startScriptedMongodb } from '../../test/support/scripted-mongodb/index.ts';
import { cursorReply } from '../../test/support/scripted-mongodb/wire-messages.ts';

/** The size of a server's replies if many documents are requested. */
const REPLY_BYTES = 8 * 1024 * 1024;
const CURSOR = Long.fromNumber(4242);

/** What the inserts brought: documents one after another. */
let sections: Uint8Array[] = [];
let [nextSection, nextByte] = [0, 0];

function countOf(section: Uint8Array): number {
  let count = 0;
  for (let at = 0; at < section.length; count++) at += documentLength(section, at);
  return count;
}

/** The documents of the next reply to a reader. */
function batch(): readonly Uint8Array[] {
  const documents: Uint8Array[] = [];
  for (let bytes = 0; nextSection < sections.length && bytes < REPLY_BYTES;) {
    const section = sections[nextSection] ?? new Uint8Array(0);
    const end = nextByte + documentLength(section, nextByte);
    documents.push(section.subarray(nextByte, end));
    bytes += end - nextByte;
    nextByte = end;
    if (end < section.length) continue;
    nextSection++;
    nextByte = 0;
  }
  return documents;
}

const server = await startScriptedMongodb({
  script: ({ name, command, sections: sent }) => {
    server.deployment.requests.length = 0;
    const section = sent.get('documents');
    if (name === 'create') sections = [];
    if (name === 'insert' && section !== undefined) {
      sections.push(section);
      return { reply: { n: countOf(section) } };
    }
    if (name !== 'getMore' && !(name === 'find' && command['limit'] === undefined)) return undefined;
    if (name === 'find') [nextSection, nextByte] = [0, 0];
    const some = batch();
    const id = nextSection < sections.length ? CURSOR : Long.ZERO;
    const field = name === 'find' ? 'firstBatch' : 'nextBatch';
    return { bytes: cursorReply({ name: field, documents: some }, { id, ns: 'bench.data' }, { ok: 1 }) };
  },
});
process.send?.({ uri: server.uri });
/** Asked before and after a restore, because the two share the processor. */
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuMs: (user + system) / 1000 });
});
process.on('disconnect', () => process.exit());
