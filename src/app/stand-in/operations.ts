import { setTimeout as sleep } from 'node:timers/promises';
import { Type } from 'typebox';
import {
  invalidAttribute,
  invalidEnumValue,
  invalidJson,
  NOTHING,
  TimeSchema,
  userUnauthorized,
  version,
  type Caller,
  type Operation,
} from '../../http/index.ts';
import { atlasTime } from '../../kernel/clock.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { Fault } from './faults.ts';
import type { StandIn } from './stand-in.ts';

const CLOCK = '/standIn/clock';
const FAULTS = '/standIn/faults';
const MAX_ADVANCE_SECONDS = 10 * 366 * 86_400;
const MAX_TIMES = 1_000_000;
/** Below the time in which clients give up. */
const MAX_DELAY_SECONDS = 600;
const MAX_OBJECT = 1_000_000;

const MAX_WAIT_SECONDS = 3600;
const LOOK_MS = 25;
const NO_OPERATION =
  'The server has no operation of that name. Operations have the names of the reference of Atlas, such as getGroup.';

const AdvanceBody = Type.Object({
  advanceSeconds: Type.Integer({ minimum: 1, maximum: MAX_ADVANCE_SECONDS }),
  /** How long the answer may wait, in real time, for the jobs that are due then. */
  waitSeconds: Type.Optional(Type.Integer({ minimum: 0, maximum: MAX_WAIT_SECONDS })),
});

const FaultBody = Type.Object({
  operationId: Type.Optional(Type.String({ maxLength: 100 })),
  status: Type.Optional(Type.Enum([429, 500])),
  retryAfterSeconds: Type.Optional(Type.Integer({ minimum: 0, maximum: 3600 })),
  delaySeconds: Type.Optional(Type.Number({ minimum: 0, maximum: MAX_DELAY_SECONDS })),
  exportFailsAtObject: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_OBJECT })),
  times: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_TIMES })),
});

const ClockSchema = Type.Object({ now: TimeSchema, offsetSeconds: Type.Integer() }, { $id: 'StandInClock' });
const AdvancedSchema = Type.Object(
  { ...ClockSchema.properties, isIdle: Type.Boolean() },
  { $id: 'StandInClockAdvanced' },
);
const FaultSchema = Type.Object(FaultBody.properties, { $id: 'StandInFault' });

/**
 * The operations of the tester. They exist in a stand-in only.
 * @param parts.operationIds the operations that can be made to fail.
 * @param parts.hasWork whether a job runs or is due.
 */
export function createStandInOperations(
  standIn: StandIn,
  { operationIds, hasWork }: { readonly operationIds: ReadonlySet<string>; readonly hasWork: () => Promise<boolean> },
): readonly Operation[] {
  const { clock, faults } = standIn;
  const shownClock = (): JsonObject => ({
    now: atlasTime(clock.now()),
    offsetSeconds: Math.round(clock.offsetMs() / 1000),
  });
  const shownFaults = (): JsonObject => ({ results: faults.list().map((fault) => ({ ...fault })) });
  /** Waits for the jobs that are due. @returns false if some are still running. */
  const untilIdle = async (longestMs: number): Promise<boolean> => {
    const lastLook = clock.now() + longestMs;
    for (;;) {
      if (!(await hasWork())) return true;
      if (clock.now() >= lastLook || standIn.closing.aborted) return false;
      await sleep(LOOK_MS);
    }
  };
  const facts = { access: { scope: 'authenticated' }, rateLimit: 'clusters' } as const;
  return [
    {
      id: 'getStandInClock',
      summary: 'Returns the time of the stand-in',
      method: 'GET',
      path: CLOCK,
      ...facts,
      versions: [
        version({
          version: 'longshore-v1',
          answers: { status: 200, body: ClockSchema },
          handle: () => Promise.resolve({ status: 200, body: shownClock() }),
        }),
      ],
    },
    {
      id: 'advanceStandInClock',
      summary: 'Advances the time of the stand-in',
      method: 'POST',
      event: undefined,
      path: CLOCK,
      ...facts,
      versions: [
        version({
          version: 'longshore-v1',
          body: AdvanceBody,
          answers: { status: 200, body: AdvancedSchema },
          handle: async ({ caller, body: { advanceSeconds, waitSeconds = 0 } }) => {
            requireTester(caller);
            if (!standIn.advance(advanceSeconds * 1000)) throw invalidAttribute('advanceSeconds');
            return { status: 200, body: { ...shownClock(), isIdle: await untilIdle(waitSeconds * 1000) } };
          },
        }),
      ],
    },
    {
      id: 'listStandInFaults',
      summary: 'Returns the faults that are still to come',
      method: 'GET',
      path: FAULTS,
      ...facts,
      versions: [
        version({
          version: 'longshore-v1',
          answers: { status: 200, body: Type.Object({ results: Type.Array(FaultSchema) }) },
          handle: () => Promise.resolve({ status: 200, body: shownFaults() }),
        }),
      ],
    },
    {
      id: 'createStandInFault',
      summary: 'Makes an operation or an export fail',
      method: 'POST',
      event: undefined,
      path: FAULTS,
      ...facts,
      versions: [
        version({
          version: 'longshore-v1',
          body: FaultBody,
          answers: { status: 201, body: FaultSchema },
          handle: ({ caller, body }) => {
            requireTester(caller);
            const fault = decodeFault(body);
            if ('operationId' in fault && !operationIds.has(fault.operationId))
              throw invalidEnumValue(fault.operationId).explainedBy(NO_OPERATION);
            faults.add(fault);
            return Promise.resolve({ status: 201, body: { ...fault } });
          },
        }),
      ],
    },
    {
      id: 'deleteStandInFaults',
      summary: 'Removes the faults that are still to come',
      method: 'DELETE',
      event: undefined,
      path: FAULTS,
      ...facts,
      versions: [
        version({
          version: 'longshore-v1',
          answers: NOTHING,
          handle: ({ caller }) => {
            requireTester(caller);
            faults.clear();
            return Promise.resolve({ status: 204 });
          },
        }),
      ],
    },
  ];
}

/** Time and faults meet all organizations, so an owner of one is asked for. @throws ApiError `USER_UNAUTHORIZED` */
function requireTester({ roles }: Caller): void {
  if (!roles.some(({ roleName }) => roleName === 'ORG_OWNER')) throw userUnauthorized();
}

/** @throws ApiError `INVALID_JSON` unless the body describes exactly one fault. */
function decodeFault(body: Type.Static<typeof FaultBody>): Fault {
  const { operationId, status, retryAfterSeconds, delaySeconds, exportFailsAtObject, times = 1 } = body;
  const kinds = [status, delaySeconds, exportFailsAtObject].filter((each) => each !== undefined);
  const isOfOperation = exportFailsAtObject === undefined;
  const isRetried = status === 429 || retryAfterSeconds === undefined;
  if (kinds.length === 1 && isOfOperation === (operationId !== undefined) && isRetried) {
    if (exportFailsAtObject !== undefined) return { exportFailsAtObject, times };
    if (operationId !== undefined) {
      if (delaySeconds !== undefined) return { operationId, delaySeconds, times };
      if (status === 500) return { operationId, status, times };
      if (status === 429) return { operationId, status, retryAfterSeconds: retryAfterSeconds ?? 1, times };
    }
  }
  throw invalidJson();
}
