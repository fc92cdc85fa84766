import { Type } from 'typebox';
import { jsonTextReader } from '../kernel/json-reader.ts';
import { createLogger, type Logger } from '../kernel/logger.ts';
import type { Settings } from './config.ts';

/** The destination of log lines, usually standard error. */
export interface LogSink {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
}

const readLine = jsonTextReader(Type.Object({ level: Type.String(), time: Type.String(), message: Type.String() }));

/** Formats one JSON line for people: time of day, level, message, then the fields as `name=value`. */
export function logLineAsText(json: string): string {
  let line: ReturnType<typeof readLine>;
  try {
    line = readLine(json);
  } catch {
    return json;
  }
  const { level, time, message, ...fields } = line;
  const shown = Object.entries(fields).map(([name, value]) =>
    typeof value === 'string' && /^[^\s"=]+$/.test(value) ? `${name}=${value}` : `${name}=${JSON.stringify(value)}`,
  );
  return `${[time.slice(11, 23), level.padEnd(5), message, ...shown].join(' ')}\n`;
}

/** Creates the server's logger in the configured level and format. */
export function createServerLogger(settings: Pick<Settings, 'logLevel' | 'logFormat'>, sink: LogSink): Logger {
  const asText = settings.logFormat === 'text' || (settings.logFormat === 'auto' && sink.isTTY === true);
  return createLogger({
    level: settings.logLevel,
    destination: { write: (line) => void sink.write(asText ? logLineAsText(line) : line) },
  });
}
