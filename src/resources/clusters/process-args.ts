import { Type, type Static } from 'typebox';
import type { JsonObject } from '../../kernel/json.ts';
import type { Configuration } from './configuration.ts';
import { TLS_ATTRIBUTES } from './wire.ts';

const Whole = (minimum: number) =>
  Type.Optional(Type.Union([Type.Integer({ minimum, maximum: Number.MAX_SAFE_INTEGER }), Type.Null()]));
const Flag = Type.Optional(Type.Union([Type.Boolean(), Type.Null()]));

const ATTRIBUTES = {
  ...TLS_ATTRIBUTES,
  changeStreamOptionsPreAndPostImagesExpireAfterSeconds: Whole(-1),
  chunkMigrationConcurrency: Whole(0),
  defaultMaxTimeMS: Whole(0),
  defaultWriteConcern: Type.Optional(Type.Union([Type.String({ maxLength: 32 }), Type.Null()])),
  javascriptEnabled: Flag,
  noTableScan: Flag,
  oplogMinRetentionHours: Type.Optional(Type.Union([Type.Number({ minimum: 0, maximum: 1e9 }), Type.Null()])),
  oplogSizeMB: Whole(0),
  queryStatsLogVerbosity: Whole(0),
  sampleRefreshIntervalBIConnector: Whole(0),
  sampleSizeBIConnector: Whole(0),
  transactionLifetimeLimitSeconds: Whole(1),
};
export const Body20240805 = Type.Object(ATTRIBUTES);
export const Body20230101 = Type.Object({
  ...ATTRIBUTES,
  defaultReadConcern: Type.Optional(Type.Union([Type.Enum(['local', 'available']), Type.Null()])),
  failIndexKeyTooLong: Flag,
});
export const ProcessArgsSchema20240805 = Type.Required(Body20240805, { $id: 'ClusterProcessArgs' });
export const ProcessArgsSchema20230101 = Type.Required(Body20230101, { $id: 'ClusterProcessArgs20230101' });
type Body = Static<typeof Body20230101>;

/** Atlas's defaults, in the order of 2023-01-01. */
const DEFAULTS: JsonObject = {
  changeStreamOptionsPreAndPostImagesExpireAfterSeconds: null,
  chunkMigrationConcurrency: null,
  customOpensslCipherConfigTls12: [],
  customOpensslCipherConfigTls13: [],
  defaultMaxTimeMS: null,
  defaultReadConcern: null,
  defaultWriteConcern: 'majority',
  failIndexKeyTooLong: null,
  javascriptEnabled: true,
  minimumEnabledTlsProtocol: 'TLS1_2',
  noTableScan: false,
  oplogMinRetentionHours: null,
  oplogSizeMB: null,
  queryStatsLogVerbosity: null,
  sampleRefreshIntervalBIConnector: null,
  sampleSizeBIConnector: null,
  tlsCipherConfigMode: 'DEFAULT',
  transactionLifetimeLimitSeconds: null,
};

/** Applies a body. The attributes of TLS are those of the cluster's own document. */
export function decodeProcessArgs(body: Body, present: Configuration): Configuration {
  const {
    customOpensslCipherConfigTls12,
    customOpensslCipherConfigTls13,
    minimumEnabledTlsProtocol,
    tlsCipherConfigMode,
    ...others
  } = body;
  const advancedConfiguration = {
    ...present.settings.advancedConfiguration,
    ...(customOpensslCipherConfigTls12 && { customOpensslCipherConfigTls12 }),
    ...(customOpensslCipherConfigTls13 && { customOpensslCipherConfigTls13 }),
    ...(minimumEnabledTlsProtocol && { minimumEnabledTlsProtocol }),
    ...(tlsCipherConfigMode && { tlsCipherConfigMode }),
  };
  return {
    ...present,
    settings: { ...present.settings, advancedConfiguration },
    processArgs: { ...present.processArgs, ...others },
  };
}

export function encodeProcessArgs20230101({ settings, processArgs }: Configuration): JsonObject {
  return { ...DEFAULTS, ...settings.advancedConfiguration, ...processArgs };
}

export function encodeProcessArgs20240805(configuration: Configuration): JsonObject {
  const all = Object.entries(encodeProcessArgs20230101(configuration));
  return Object.fromEntries(all.filter(([name]) => name in Body20240805.properties));
}
