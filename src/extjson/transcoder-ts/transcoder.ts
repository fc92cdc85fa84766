import type { ExtendedJsonMode, Transcoder } from '../contract.ts';
import { BsonReader } from './bson-reader.ts';
import { ElementTranscoder } from './elements.ts';
import { ByteWriter } from '../byte-writer.ts';

const NEWLINE = 0x0a;

/**
 * Creates a transcoder in plain TypeScript. It transcodes bytes to bytes and builds no objects for documents. It needs
 * no WebAssembly, and tests compare it with the WebAssembly transcoder.
 */
export function createTypeScriptTranscoder(mode: ExtendedJsonMode): Transcoder {
  const writer = new ByteWriter();
  return {
    transcode(bson) {
      writer.restart();
      const reader = new BsonReader(bson);
      const elements = new ElementTranscoder(reader, writer, mode);
      while (reader.position < bson.length) {
        elements.document(bson.length);
        writer.byte(NEWLINE);
        reader.document++;
      }
      return { json: writer.written(), documents: reader.document };
    },
  };
}
