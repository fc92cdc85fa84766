// The type bytes of BSON elements (https://bsonspec.org/spec.html).

export const DOUBLE: u32 = 0x01;
export const STRING: u32 = 0x02;
export const DOCUMENT: u32 = 0x03;
export const ARRAY: u32 = 0x04;
export const BINARY: u32 = 0x05;
export const UNDEFINED: u32 = 0x06;
export const OBJECT_ID: u32 = 0x07;
export const BOOLEAN: u32 = 0x08;
export const DATE: u32 = 0x09;
export const NULL: u32 = 0x0a;
export const REGULAR_EXPRESSION: u32 = 0x0b;
export const DB_POINTER: u32 = 0x0c;
export const CODE: u32 = 0x0d;
export const SYMBOL: u32 = 0x0e;
export const CODE_WITH_SCOPE: u32 = 0x0f;
export const INT32: u32 = 0x10;
export const TIMESTAMP: u32 = 0x11;
export const INT64: u32 = 0x12;
export const DECIMAL128: u32 = 0x13;
export const MAX_KEY: u32 = 0x7f;
export const MIN_KEY: u32 = 0xff;

export const MAX_NESTING: u32 = 200;
export const MIN_DOCUMENT_BYTES: usize = 5;
export const MIN_CODE_WITH_SCOPE_BYTES: usize = 14;
export const OLD_BINARY_SUBTYPE: u32 = 2;
