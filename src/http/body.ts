import type { Json } from '../kernel/json.ts';
import { compileBodyCheck } from './body-schema.ts';
import { malformedJson, unsupportedMediaType } from './errors.ts';
import { parseJson } from './json-text.ts';
import type { OperationVersion } from './operation.ts';

/** The body as it came, and the headers that say what it is. */
export interface RawBody {
  readonly bytes: Uint8Array;
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
}

/** @throws ApiError for every body that does not match the schema; undefined where the operation takes no body. */
export type BodyDecoder = (raw: RawBody) => Json | undefined;

const JSON_TYPE = /^application\/(?:json|vnd\.atlas\.[0-9a-z-]+\+json)[ \t]*(?:;[ \t]*(?:charset="?utf-8"?[ \t]*)?)?$/;

/** Makes the decoder of one operation version; its schema is compiled here, once. */
export function createBodyDecoder(version: OperationVersion): BodyDecoder {
  if (version.body === undefined) return () => undefined;
  const check = compileBodyCheck(version.body);
  const mayBeEmpty = check({}) === undefined;
  return (raw) => {
    if (raw.bytes.length === 0) {
      if (mayBeEmpty) return {};
      throw malformedJson();
    }
    if (!isJson(raw)) throw unsupportedMediaType();
    const body = parseJson(raw.bytes);
    const fault = check(body);
    if (fault !== undefined) throw fault;
    return body;
  };
}

function isJson({ contentType, contentEncoding }: RawBody): boolean {
  const plain = contentEncoding === undefined || contentEncoding.toLowerCase() === 'identity';
  return plain && contentType !== undefined && JSON_TYPE.test(contentType.trim().toLowerCase());
}
