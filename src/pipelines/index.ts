export type {
  CaptureOptions,
  CaptureProgress,
  CompletionFacts,
  ExportManifest,
  ExportObject,
  ExportOptions,
  ExportProgress,
  ExportTotals,
  KeyValue,
  VerifyOptions,
  VerifyReport,
} from './contract.ts';
export { BlockPool } from './block-pool.ts';
export { captureSnapshot } from './capture.ts';
export { leftOutOfCapture } from './exported.ts';
export { exportSnapshot, writePermissionCheck } from './export.ts';
export { parseExportObject } from './export-object.ts';
export { escapeKeyPart, unescapeKeyPart } from './key-part.ts';
export { verifyExport } from './verify.ts';
