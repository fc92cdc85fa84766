import { compressorsOf, isCompressor } from './compressors.ts';

/**
 * The options that a connection string may have: those of MongoDB's list that say how to read. Other options are
 * refused, because the driver takes many that load modules, read files, use a proxy or change what it parses.
 * https://www.mongodb.com/docs/manual/reference/connection-string-options/
 */
const OPTIONS = [
  'appName',
  'authMechanism',
  'authSource',
  'compressors',
  'connectTimeoutMS',
  'directConnection',
  'heartbeatFrequencyMS',
  'journal',
  'loadBalanced',
  'localThresholdMS',
  'maxConnecting',
  'maxIdleTimeMS',
  'maxPoolSize',
  'maxStalenessSeconds',
  'minPoolSize',
  'readConcernLevel',
  'readPreference',
  'readPreferenceTags',
  'replicaSet',
  'retryReads',
  'retryWrites',
  'serverMonitoringMode',
  'serverSelectionTimeoutMS',
  'socketTimeoutMS',
  'srvMaxHosts',
  'srvServiceName',
  'ssl',
  'timeoutMS',
  'tls',
  'tlsAllowInvalidCertificates',
  'tlsAllowInvalidHostnames',
  'tlsInsecure',
  'w',
  'waitQueueTimeoutMS',
  'wtimeoutMS',
  'zlibCompressionLevel',
];

/** The names in lower case, because drivers accept an option's name in any case. */
const TAKEN = new Set(OPTIONS.map((name) => name.toLowerCase()));

/** Options that make the driver read a file of the server's machine. */
const FILE_OPTIONS = ['tlsCAFile', 'tlsCertificateKeyFile', 'tlsCertificateKeyFilePassword', 'tlsCRLFile'];

/** Mechanisms that log in with the user and the password of the connection string. */
const PASSWORD_MECHANISMS = ['DEFAULT', 'PLAIN', 'SCRAM-SHA-1', 'SCRAM-SHA-256'];

/**
 * Describes what is wrong with the options of a connection string; undefined if nothing is. The text contains no value
 * of an option, and no name that is not known.
 */
export function optionsFault(options: URLSearchParams): string | undefined {
  for (const [name, value] of options) {
    const fault = optionFault(name.toLowerCase(), value);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** @param option in lower case. */
function optionFault(option: string, value: string): string | undefined {
  const file = FILE_OPTIONS.find((each) => each.toLowerCase() === option);
  if (file !== undefined) {
    return `mongodb.uri may not have the option ${file}, because it is about a file of the server's machine; to trust a certificate authority of your own, start the server with NODE_EXTRA_CA_CERTS`;
  }
  if (option === 'authmechanism' && !PASSWORD_MECHANISMS.includes(value.toUpperCase())) return MACHINE_CREDENTIALS;
  if (option === 'authmechanismproperties') return MACHINE_CREDENTIALS;
  if (option === 'loadbalanced' && value === 'true') return LOAD_BALANCED;
  if (option === 'compressors' && !compressorsOf(value).every(isCompressor)) {
    return 'mongodb.uri has a compressor that MongoDB does not know; it may name zlib and zstd';
  }
  return TAKEN.has(option)
    ? undefined
    : `mongodb.uri has an option that is not taken; it may have ${OPTIONS.join(', ')}`;
}

/**
 * The hint for GSSAPI, MONGODB-X509, MONGODB-AWS and MONGODB-OIDC, which log in as the machine that Longshore runs on.
 */
const MACHINE_CREDENTIALS =
  "mongodb.uri may use the authMechanism SCRAM-SHA-256, SCRAM-SHA-1 or PLAIN; all others take credentials from the server's machine, so give a user with a password, or register what mongodump writes";

export const LOAD_BALANCED =
  'mongodb.uri may not have the option loadBalanced, because a load balancer may send the next batch of a cursor to another server; name the servers behind it, or register what mongodump writes';
