import { STATUS_CODES } from 'node:http';
import type { JsonObject } from '../kernel/json.ts';
import type { ApiError } from './api-error.ts';

/** Returns Atlas's error document, in which `explanation` is Longshore's own. Its keys are in alphabetical order. */
export function errorDocument(error: ApiError): JsonObject {
  return {
    ...(error.fields === undefined
      ? {}
      : { badRequestDetail: { fields: error.fields.map(({ field, description }) => ({ description, field })) } }),
    detail: error.message,
    error: error.status,
    errorCode: error.code,
    ...(error.explanation === undefined ? {} : { explanation: error.explanation }),
    parameters: error.parameters,
    reason: STATUS_CODES[error.status] ?? '',
  };
}
