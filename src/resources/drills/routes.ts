import { Type } from 'typebox';
import { listReply, NOTHING, pageOf, version, type ApiRequest, type Operation } from '../../http/index.ts';
import { mapPage } from '../../kernel/page.ts';
import type { DrillService } from './service.ts';
import type { DrillSigner } from './signing.ts';
import {
  decodeDrill,
  DrillBody,
  DrillSchema,
  encodeDrill,
  encodeKey,
  encodeSchedule,
  encodeSummary,
  KeySchema,
  ScheduleBody,
  ScheduleSchema,
  SummarySchema,
} from './wire-longshore.ts';

const READ = { scope: 'group', anyOf: ['GROUP_READ_ONLY'] } as const;
/** A drill reads backups, and may write to another cluster of the project. */
const RUN = { scope: 'group', anyOf: ['GROUP_BACKUP_RECOVERY_OPERATOR'] } as const;
const MANAGE = { scope: 'group', anyOf: ['GROUP_BACKUP_MANAGER'] } as const;
const CLUSTER = '/groups/:groupId/clusters/:clusterName/backup';
const ALL = `${CLUSTER}/drills` as const;
const SCHEDULE = `${CLUSTER}/drillSchedule` as const;

const inCluster = (request: ApiRequest<unknown>) => [request.param('groupId'), request.param('clusterName')] as const;

export function createOperations(drills: DrillService, signer: DrillSigner): readonly Operation[] {
  return [
    {
      id: 'listDrills',
      summary: 'Returns the drills of a cluster, without their reports',
      method: 'GET',
      path: ALL,
      access: READ,
      rateLimit: 'cloudBackups',
      versions: [
        version({
          version: 'longshore-v1',
          answers: pageOf(SummarySchema),
          async handle(request) {
            const page = await drills.list(...inCluster(request), request.page());
            return listReply(request, mapPage(page, encodeSummary));
          },
        }),
      ],
    },
    {
      id: 'runDrill',
      summary: 'Starts a drill of the newest export of a cluster',
      method: 'POST',
      path: ALL,
      access: RUN,
      event: 'DRILL_REQUESTED',
      rateLimit: 'cloudBackups',
      conflicts: true,
      versions: [
        version({
          version: 'longshore-v1',
          body: DrillBody,
          answers: { status: 201, body: DrillSchema },
          async handle(request) {
            const created = await drills.create(...inCluster(request), decodeDrill(request.body));
            return { status: 201, body: encodeDrill(created) };
          },
        }),
      ],
    },
    {
      id: 'getDrill',
      summary: 'Returns one drill with its signed report',
      method: 'GET',
      path: `${ALL}/:drillId`,
      access: READ,
      rateLimit: 'cloudBackups',
      versions: [
        version({
          version: 'longshore-v1',
          answers: { status: 200, body: DrillSchema },
          async handle(request) {
            const found = await drills.find(...inCluster(request), request.param('drillId'));
            return { status: 200, body: encodeDrill(found) };
          },
        }),
      ],
    },
    {
      id: 'getDrillSchedule',
      summary: 'Returns the schedule of the drills of a cluster',
      method: 'GET',
      path: SCHEDULE,
      access: READ,
      rateLimit: 'cloudBackups',
      versions: [
        version({
          version: 'longshore-v1',
          answers: { status: 200, body: ScheduleSchema },
          async handle(request) {
            return { status: 200, body: encodeSchedule(await drills.findSchedule(...inCluster(request))) };
          },
        }),
      ],
    },
    {
      id: 'setDrillSchedule',
      summary: 'Sets the schedule of the drills of a cluster',
      method: 'PUT',
      path: SCHEDULE,
      access: MANAGE,
      event: 'DRILL_SCHEDULE_MODIFIED',
      rateLimit: 'cloudBackups',
      versions: [
        version({
          version: 'longshore-v1',
          body: ScheduleBody,
          answers: { status: 200, body: ScheduleSchema },
          async handle(request) {
            const wanted = { ...decodeDrill(request.body), intervalDays: request.body.intervalDays };
            return { status: 200, body: encodeSchedule(await drills.setSchedule(...inCluster(request), wanted)) };
          },
        }),
      ],
    },
    {
      id: 'deleteDrillSchedule',
      summary: 'Removes the schedule of the drills of a cluster',
      method: 'DELETE',
      path: SCHEDULE,
      access: MANAGE,
      event: 'DRILL_SCHEDULE_MODIFIED',
      rateLimit: 'cloudBackups',
      versions: [
        version({
          version: 'longshore-v1',
          answers: NOTHING,
          async handle(request) {
            await drills.removeSchedule(...inCluster(request));
            return { status: 204 };
          },
        }),
      ],
    },
    {
      id: 'listDrillKeys',
      summary: 'Returns the public keys with which reports of drills were signed',
      method: 'GET',
      path: '/groups/:groupId/drillKeys',
      access: READ,
      rateLimit: 'cloudBackups',
      versions: [
        version({
          version: 'longshore-v1',
          answers: { status: 200, body: Type.Array(KeySchema) },
          async handle() {
            return { status: 200, body: (await signer.publicKeys()).map(encodeKey) };
          },
        }),
      ],
    },
  ];
}
