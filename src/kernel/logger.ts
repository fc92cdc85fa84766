import { pino, type DestinationStream } from 'pino';

/** The fields of a log line. Values are small: ids, names, counts, durations in milliseconds (`…Ms`). */
export type LogFields = Readonly<Record<string, unknown>>;

/** Writes log lines. A message is a constant text: variable values go into the fields. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Discards everything: for tests, and for commands that report in their own way. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

const REDACTED = '[redacted]';
const SECRET_FIELD =
  /^(authorization|cookie|password|passphrase|secret|token|privateKey|encryptionKey|ha1|uri|connectionString)$|secret|password/i;
/** The user part of a URI, which may hold a password (RFC 3986, section 3.2.1). */
const URI_CREDENTIALS = /([a-z][a-z0-9+.-]*:\/\/)[^/?#\s@]*@/gi;

/** Removes the user and the password of every URI in the text. */
export function redactText(text: string): string {
  return text.replace(URI_CREDENTIALS, `$1${REDACTED}@`);
}

function redactValue(value: unknown): unknown {
  if (typeof value === 'string') return redactText(value);
  if (value instanceof Error) {
    const code = 'code' in value && typeof value.code === 'string' ? value.code : undefined;
    return {
      message: redactText(value.message),
      ...(code === undefined ? {} : { code }),
      ...(value.stack === undefined ? {} : { stack: redactText(value.stack) }),
      ...(value.cause === undefined ? {} : { cause: redactValue(value.cause) }),
    };
  }
  if (Array.isArray(value)) return value.map(redactValue);
  if (typeof value === 'object' && value !== null) return redactFields(Object.entries(value));
  return value;
}

function redactFields(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  return Object.fromEntries(
    entries.map(([name, value]) => [name, SECRET_FIELD.test(name) ? REDACTED : redactValue(value)]),
  );
}

/**
 * Creates a logger that writes one JSON object for each line. The logger removes secrets: fields with a secret's name, and
 * the credentials in URIs.
 * @param destination receives each line with its newline.
 */
export function createLogger(options: { readonly level: LogLevel; readonly destination: DestinationStream }): Logger {
  const log = pino(
    {
      level: options.level,
      base: null,
      messageKey: 'message',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    options.destination,
  );
  const at =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (message: string, fields: LogFields = {}): void => {
      if (log.isLevelEnabled(level)) log[level](redactFields(Object.entries(fields)), message);
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
