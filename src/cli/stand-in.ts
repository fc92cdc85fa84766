import type { Command } from 'commander';
import { Type, type Static } from 'typebox';
import { AppError } from '../kernel/errors.ts';
import { jsonReader } from '../kernel/json-reader.ts';
import type { JsonObject } from '../kernel/json.ts';
import { RefusedError } from './client.ts';
import { openSession, printJson, wantsJson, type Session, type Surroundings } from './command.ts';
import { formatCount } from './format.ts';

const BASE = '/api/longshore/v1/standIn';
export const CLOCK = `${BASE}/clock`;
export const FAULTS = `${BASE}/faults`;

export const readClock = jsonReader(
  Type.Object({ now: Type.String(), offsetSeconds: Type.Integer(), isIdle: Type.Optional(Type.Boolean()) }),
);

const Fault = Type.Object({
  times: Type.Integer(),
  operationId: Type.Optional(Type.String()),
  status: Type.Optional(Type.Integer()),
  retryAfterSeconds: Type.Optional(Type.Integer()),
  delaySeconds: Type.Optional(Type.Number()),
  exportFailsAtObject: Type.Optional(Type.Integer()),
});
const readFault = jsonReader(Fault);
export const readFaults = jsonReader(Type.Object({ results: Type.Array(Fault) }));

/** Sends a request of the tester. @throws AppError `NO_STAND_IN` if the server is a real one. */
export async function askStandIn<Value>(
  { client, url }: Session,
  read: (value: unknown) => Value,
  method: string,
  path: string,
  body?: JsonObject,
): Promise<Value> {
  try {
    return await client.request(read, method, path, body);
  } catch (thrown) {
    if (!(thrown instanceof RefusedError) || thrown.status !== 404) throw thrown;
    throw new AppError({
      code: 'NO_STAND_IN',
      message: `the server ${url} does not stand in for Atlas, so its time and its faults cannot be set`,
      hint: 'Start a server with `longshore serve --stand-in`, and name it with --url or --data-dir.',
    });
  }
}

/** Asks for a fault, and says what will happen. @throws AppError as `askStandIn` does. */
export async function askForFault(
  command: Command,
  surroundings: Surroundings,
  body: { readonly times: number } & JsonObject,
): Promise<void> {
  const { terminal } = surroundings;
  const session = await openSession(command, surroundings);
  const fault = await askStandIn(session, readFault, 'POST', FAULTS, body);
  if (wantsJson(command)) printJson(terminal, fault);
  else terminal.say(`Asked for: ${describeFault(fault)}.\n`);
}

/** Describes a fault that will happen. */
export function describeFault(fault: Static<typeof Fault>): string {
  const { times, operationId, status, retryAfterSeconds, delaySeconds, exportFailsAtObject } = fault;
  if (exportFailsAtObject !== undefined) {
    return `the next ${times === 1 ? 'export fails' : `${times} exports fail`} at object ${exportFailsAtObject}`;
  }
  const calls = `the next ${times === 1 ? 'call' : formatCount(times, 'call')} of ${operationId ?? ''}`;
  if (delaySeconds !== undefined) return `${calls}: answered after ${delaySeconds} s`;
  const after = retryAfterSeconds === undefined ? '' : `, with Retry-After ${retryAfterSeconds}`;
  return `${calls}: answered ${status ?? ''}${after}`;
}
