import { ByteWriter } from '../byte-writer.ts';
import type { DocumentParser, ParserOptions } from '../contract.ts';
import { JSON_FAULT } from '../json-faults.ts';
import { BsonWriter } from './bson-writer.ts';
import { ElementParser } from './elements.ts';
import { JsonReader, LINE_FEED } from './json-reader.ts';

const OPENING_BRACE = 0x7b;

/**
 * Creates a parser in plain TypeScript. It parses bytes to bytes and builds no objects for documents. It needs no
 * WebAssembly, and tests compare it with the WebAssembly parser.
 */
export function createTypeScriptParser({ lookAlikes = 'refuse' }: ParserOptions = {}): DocumentParser {
  const writer = new BsonWriter();
  const text = new ByteWriter();
  return {
    parse(json) {
      writer.restart();
      const reader = new JsonReader(json);
      const elements = new ElementParser(reader, writer, text, lookAlikes);
      let documents = 0;
      while (reader.position < json.length) {
        const byte = reader.skipSpace();
        if (byte !== LINE_FEED) {
          if (byte !== OPENING_BRACE) throw reader.fault(JSON_FAULT.documentExpected, reader.position);
          elements.document();
          documents++;
          if (reader.skipSpace() !== LINE_FEED) throw reader.fault(JSON_FAULT.textBehindDocument, reader.position);
        }
        reader.nextLine();
      }
      return { bson: writer.written(), documents, lines: reader.lines };
    },
  };
}
