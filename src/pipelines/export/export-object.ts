import { Type } from 'typebox';
import { Count, jsonReader } from '../../kernel/json-reader.ts';
import type { ExportObject } from './contract.ts';

/** Reads an object that an earlier attempt recorded. @throws Error if the value is not valid. */
export const parseExportObject: (value: unknown) => ExportObject = jsonReader(
  Type.Object({
    key: Type.String(),
    bytes: Count,
    sha256: Type.String(),
    documents: Count,
    firstBlock: Count,
    blocks: Count,
  }),
);
