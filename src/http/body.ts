import type { Json } from '../kernel/json.ts';
import { compileBodyCheck } from './body-schema.ts';
import { malformedJson, unsupportedContentEncoding, unsupportedMediaType } from './errors.ts';
import { parseJson } from './json-text.ts';
import { withoutNullAttributes } from './null-attributes.ts';
import type { OperationVersion } from './operation.ts';

/** The bytes of a body, and the headers that describe them. */
export interface RawBody {
  readonly bytes: Uint8Array;
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
}

/** Parses and checks a body. Returns undefined if the operation takes no body. @throws ApiError if the body is not valid. */
export type BodyDecoder = (raw: RawBody) => Json | undefined;

const JSON_TYPE = /^application\/(?:json|vnd\.atlas\.[0-9a-z-]+\+json)[ \t]*(?:;[ \t]*(?:charset="?utf-8"?[ \t]*)?)?$/;

/** Creates the decoder of one operation version. Compiles the schema, so call it once for each version. */
export function createBodyDecoder(version: OperationVersion): BodyDecoder {
  const { body: schema } = version;
  if (schema === undefined) return () => undefined;
  const check = compileBodyCheck(schema);
  const mayBeEmpty = check({}) === undefined;
  return (raw) => {
    if (raw.bytes.length === 0) {
      if (mayBeEmpty) return {};
      throw malformedJson();
    }
    assertPlain(raw.contentEncoding);
    if (!isJson(raw.contentType)) throw unsupportedMediaType();
    const body = withoutNullAttributes(schema, parseJson(raw.bytes));
    const fault = check(body);
    if (fault !== undefined) throw fault;
    return body;
  };
}

function assertPlain(contentEncoding: string | undefined): void {
  if (contentEncoding === undefined || contentEncoding.toLowerCase() === 'identity') return;
  // A text that is no token of RFC 9110 section 5.6.2 is not repeated, because the answer would contain the client's
  // text.
  throw unsupportedContentEncoding(/^[\w.+-]{1,32}$/.test(contentEncoding) ? contentEncoding : 'named in its header');
}

function isJson(contentType: string | undefined): boolean {
  return contentType !== undefined && JSON_TYPE.test(contentType.trim().toLowerCase());
}
