export type * from './contract.ts';
export { findExports } from './find-exports.ts';
export { parseManifest, type Manifest, type ManifestObject } from './manifest-parser.ts';
export { isDataKey, isMetadataKey, unzip } from './read-object.ts';
export { presentKey } from './present-key.ts';
export { verifyExport } from './verify.ts';
