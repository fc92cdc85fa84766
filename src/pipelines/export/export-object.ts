import { Type } from 'typebox';
import { Count, jsonReader } from '../../kernel/json-reader.ts';
import type { ExportObject } from './contract.ts';

/** What was kept of an object in an earlier attempt. @throws Error where it is none. */
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
