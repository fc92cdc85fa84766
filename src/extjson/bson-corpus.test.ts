import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { skipUnless } from '../../test/support/skip-unless.ts';
import { BsonError, ExtendedJsonError, type DocumentParser, type Transcoder } from './index.ts';
import { createTypeScriptParser } from './parser-ts/parser.ts';
import { createWasmParser } from './parser-wasm.ts';
import { createTypeScriptTranscoder } from './transcoder-ts/transcoder.ts';
import { createWasmTranscoder } from './transcoder-wasm.ts';

const CORPUS = process.env['BSON_CORPUS'] ?? fileURLToPath(new URL('../../test/corpus/bson/', import.meta.url));
const CORPUS_FILES = 31;
const TRANSCODERS = { TypeScript: createTypeScriptTranscoder, WebAssembly: createWasmTranscoder };
const PARSERS = { TypeScript: createTypeScriptParser, WebAssembly: createWasmParser };
/** The corpus names a type by its code. The texts of this type are not whole documents. */
const DECIMAL128 = '0x13';
/**
 * The specification lets an implementation choose the form of doubles, as long as they read back. The engine writes all
 * digits.
 */
const OWN_FORM: Readonly<Record<string, string>> = { '1.2345678921232E+18': '1234567892123200000.0' };

/**
 * The corpus calls these documents errors. MongoDB stores them, so an export takes them
 * (docs/formats/extended-json.md).
 */
const TAKEN: readonly string[] = [
  'Binary type: subtype 0x02 length too long ',
  'Binary type: subtype 0x02 length too short',
  'Binary type: subtype 0x02 length negative one',
  'Javascript Code: invalid UTF-8',
  'DBPointer type (deprecated): String with bad UTF-8',
  'String: invalid UTF-8',
  'Symbol: invalid UTF-8',
];

interface ValidCase {
  readonly description: string;
  readonly canonical_bson: string;
  readonly canonical_extjson: string;
  readonly relaxed_extjson?: string;
  readonly degenerate_extjson?: string;
  readonly degenerate_bson?: string;
  readonly lossy?: boolean;
  readonly converted_bson?: string;
  readonly converted_extjson?: string;
}

interface CorpusFile {
  readonly description: string;
  readonly bson_type: string;
  readonly valid?: readonly ValidCase[];
  readonly decodeErrors?: readonly { readonly description: string; readonly bson: string }[];
  readonly parseErrors?: readonly { readonly description: string; readonly string: string }[];
}

/** Removes spaces between tokens and needless escapes. The digits of numbers stay. */
function minified(json: string): string {
  const tokens = json.match(/"(?:[^"\\]|\\.)*"|[^\s"]+/g) ?? [];
  const line = tokens.map((token) => (token.startsWith('"') ? JSON.stringify(JSON.parse(token)) : token)).join('');
  return Object.entries(OWN_FORM).reduce((text, [theirs, ours]) => text.replaceAll(theirs, ours), line);
}

/** Puts a text of the corpus on one line. */
function lineOf(json: string): Buffer {
  return Buffer.from(json.replaceAll('\n', ' '));
}

function parse(parser: DocumentParser, json: string): string {
  return Buffer.from(parser.parse(lineOf(json)).bson).toString('hex');
}

function transcode(transcoder: Transcoder, hex: string): string {
  return Buffer.from(transcoder.transcode(Buffer.from(hex, 'hex')).json).toString();
}

const files = readdirSync(CORPUS)
  .filter((name) => name.endsWith('.json'))
  .map((name): CorpusFile => JSON.parse(readFileSync(join(CORPUS, name), 'utf8')) as CorpusFile);

test('the BSON corpus is whole', skipUnless('bson-corpus', files.length > 0), () => {
  assert.equal(files.length, CORPUS_FILES);
});

for (const [name, createTranscoder] of Object.entries(TRANSCODERS)) {
  const canonical = createTranscoder('canonical');
  const relaxed = createTranscoder('relaxed');
  if (files.length === 0) continue;
  describe(`${name} transcodes the BSON corpus`, () => {
    for (const { description, valid = [], decodeErrors = [] } of files) {
      for (const entry of valid) {
        test(`${description}: ${entry.description}`, () => {
          const canonicalJson = `${minified(entry.canonical_extjson)}\n`;
          assert.equal(transcode(canonical, entry.canonical_bson), canonicalJson);
          if (entry.relaxed_extjson !== undefined) {
            assert.equal(transcode(relaxed, entry.canonical_bson), `${minified(entry.relaxed_extjson)}\n`);
          }
          if (entry.degenerate_bson !== undefined) {
            assert.equal(transcode(canonical, entry.degenerate_bson), canonicalJson);
          }
          if (entry.converted_bson !== undefined && entry.converted_extjson !== undefined) {
            assert.equal(transcode(canonical, entry.converted_bson), `${minified(entry.converted_extjson)}\n`);
          }
        });
      }
      for (const { description: fault, bson } of decodeErrors) {
        if (TAKEN.includes(`${description}: ${fault}`)) {
          test(`${description}: takes ${fault}`, () => {
            for (const transcoder of [canonical, relaxed]) JSON.parse(transcode(transcoder, bson));
          });
          continue;
        }
        test(`${description}: refuses ${fault}`, () => {
          for (const transcoder of [canonical, relaxed]) {
            assert.throws(() => transcode(transcoder, bson), BsonError);
          }
        });
      }
    }
  });
}

for (const [name, createParser] of Object.entries(PARSERS)) {
  const parser = createParser();
  const relaxed = createWasmTranscoder('relaxed');
  if (files.length === 0) continue;
  describe(`${name} parses the BSON corpus`, () => {
    for (const { description, bson_type: type, valid = [], parseErrors = [] } of files) {
      for (const entry of valid) {
        test(`${description}: ${entry.description}`, () => {
          if (entry.lossy === true) {
            parse(parser, entry.canonical_extjson);
            return;
          }
          const bson = entry.canonical_bson.toLowerCase();
          assert.equal(parse(parser, entry.canonical_extjson), bson);
          if (entry.degenerate_extjson !== undefined) {
            assert.equal(parse(parser, entry.degenerate_extjson), bson);
          }
          if (entry.relaxed_extjson !== undefined) {
            const again = transcode(relaxed, parse(parser, entry.relaxed_extjson));
            assert.equal(again, `${minified(entry.relaxed_extjson)}\n`);
          }
          if (entry.converted_bson !== undefined && entry.converted_extjson !== undefined) {
            assert.equal(parse(parser, entry.converted_extjson), entry.converted_bson.toLowerCase());
          }
        });
      }
      for (const { description: fault, string: text } of parseErrors) {
        test(`${description}: refuses ${fault}`, () => {
          const json = type === DECIMAL128 ? `{"d":{"$numberDecimal":${JSON.stringify(text)}}}` : text;
          assert.throws(() => parser.parse(lineOf(json)), ExtendedJsonError);
        });
      }
    }
  });
}
