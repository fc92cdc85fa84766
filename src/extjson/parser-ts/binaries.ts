import { BSON_TYPE, OLD_BINARY_SUBTYPE } from '../bson-types.ts';
import { JSON_FAULT } from '../json-faults.ts';
import { bytesOfBase64 } from './base64.ts';
import type { BsonWriter } from './bson-writer.ts';
import type { WrapperReader } from './wrapper-reader.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const SUBTYPE = /^[0-9a-f]{1,2}$/i;
const UUID_SUBTYPE = 0x04;

/**
 * Reads the value of `$binary`: `{"base64":…,"subType":…}`, or the form of version 1, which is a string and a further key
 * `$type`.
 * @returns the BSON type.
 */
export function readBinary(wrapper: WrapperReader, writer: BsonWriter): number {
  let subtype = 0;
  let data: Uint8Array = new Uint8Array(0);
  if (wrapper.isAtText()) {
    data = readBase64(wrapper);
    wrapper.nextKey('$type');
    subtype = readSubtype(wrapper);
  } else {
    const fields = {
      base64: () => (data = readBase64(wrapper)),
      subType: () => (subtype = readSubtype(wrapper)),
    };
    wrapper.fields(fields, JSON_FAULT.binary);
  }
  wrapper.close();
  writeBinary(subtype, data, writer);
  return BSON_TYPE.binary;
}

/** Reads the value of `$uuid`. @returns the BSON type. */
export function readUuid(wrapper: WrapperReader, writer: BsonWriter): number {
  const uuid = wrapper.parsedText(JSON_FAULT.uuid, (text) => (UUID.test(text) ? text.replaceAll('-', '') : undefined));
  wrapper.close();
  writeBinary(UUID_SUBTYPE, Buffer.from(uuid, 'hex'), writer);
  return BSON_TYPE.binary;
}

function readBase64(wrapper: WrapperReader): Uint8Array {
  return wrapper.parsedText(JSON_FAULT.base64, bytesOfBase64);
}

function readSubtype(wrapper: WrapperReader): number {
  return wrapper.parsedText(JSON_FAULT.subtype, (text) => (SUBTYPE.test(text) ? parseInt(text, 16) : undefined));
}

/** The data of an old binary begin with their own length once more. */
function writeBinary(subtype: number, data: Uint8Array, writer: BsonWriter): void {
  const isOld = subtype === OLD_BINARY_SUBTYPE;
  writer.int32(data.length + (isOld ? 4 : 0));
  writer.reserve(1);
  writer.byte(subtype);
  if (isOld) writer.int32(data.length);
  writer.data(data);
}
