import { listReply, version, type ApiRequest, type Operation } from '../../http/index.ts';
import { mapPage } from '../../kernel/page.ts';
import type { DrillService } from './service.ts';
import type { DrillSigner } from './signing.ts';
import {
  decodeDrill,
  DrillBody,
  encodeDrill,
  encodeKey,
  encodeSchedule,
  encodeSummary,
  ScheduleBody,
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
      method: 'GET',
      path: ALL,
      access: READ,
      rateLimit: 'cloudBackups',
      versions: [
        version({
          version: 'longshore-v1',
          async handle(request) {
            const page = await drills.list(...inCluster(request), request.page());
            return listReply(request, mapPage(page, encodeSummary));
          },
        }),
      ],
    },
    {
      id: 'runDrill',
      method: 'POST',
      path: ALL,
      access: RUN,
      event: 'DRILL_REQUESTED',
      rateLimit: 'cloudBackups',
      versions: [
        version({
          version: 'longshore-v1',
          body: DrillBody,
          async handle(request) {
            const created = await drills.create(...inCluster(request), decodeDrill(request.body));
            return { status: 201, body: encodeDrill(created) };
          },
        }),
      ],
    },
    {
      id: 'getDrill',
      method: 'GET',
      path: `${ALL}/:drillId`,
      access: READ,
      rateLimit: 'cloudBackups',
      versions: [
        version({
          version: 'longshore-v1',
          async handle(request) {
            const found = await drills.find(...inCluster(request), request.param('drillId'));
            return { status: 200, body: encodeDrill(found) };
          },
        }),
      ],
    },
    {
      id: 'getDrillSchedule',
      method: 'GET',
      path: SCHEDULE,
      access: READ,
      rateLimit: 'cloudBackups',
      versions: [
        version({
          version: 'longshore-v1',
          async handle(request) {
            return { status: 200, body: encodeSchedule(await drills.findSchedule(...inCluster(request))) };
          },
        }),
      ],
    },
    {
      id: 'setDrillSchedule',
      method: 'PUT',
      path: SCHEDULE,
      access: MANAGE,
      event: 'DRILL_SCHEDULE_MODIFIED',
      rateLimit: 'cloudBackups',
      versions: [
        version({
          version: 'longshore-v1',
          body: ScheduleBody,
          async handle(request) {
            const wanted = { ...decodeDrill(request.body), intervalDays: request.body.intervalDays };
            return { status: 200, body: encodeSchedule(await drills.setSchedule(...inCluster(request), wanted)) };
          },
        }),
      ],
    },
    {
      id: 'deleteDrillSchedule',
      method: 'DELETE',
      path: SCHEDULE,
      access: MANAGE,
      event: 'DRILL_SCHEDULE_MODIFIED',
      rateLimit: 'cloudBackups',
      versions: [
        version({
          version: 'longshore-v1',
          async handle(request) {
            await drills.removeSchedule(...inCluster(request));
            return { status: 204 };
          },
        }),
      ],
    },
    {
      id: 'listDrillKeys',
      method: 'GET',
      path: '/groups/:groupId/drillKeys',
      access: READ,
      rateLimit: 'cloudBackups',
      versions: [
        version({
          version: 'longshore-v1',
          async handle() {
            return { status: 200, body: (await signer.publicKeys()).map(encodeKey) };
          },
        }),
      ],
    },
  ];
}
