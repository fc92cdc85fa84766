import { Type } from 'typebox';

/**
 * The schema of a read-only attribute of a body, which is ignored: clients send what they have read, and some SDKs send empty values
 * of their language.
 */
export const ReadOnly = Type.Optional(Type.Unknown({ readOnly: true }));
