import { version, type ApiReply, type ApiRequest, type Operation } from '../../http/index.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { ClusterSchedule, ScheduleService } from './service.ts';
import {
  decodeOldSnapshots,
  decodePatch,
  encode,
  PatchBody,
  PatchBody20230101,
  ScheduleSchema,
  ScheduleSchema20230101,
  type ZoneName,
} from './wire.ts';

const PATH = '/groups/:groupId/clusters/:clusterName/backup/schedule';
const READ = { scope: 'group', anyOf: ['GROUP_READ_ONLY'] } as const;
const MANAGE = { scope: 'group', anyOf: ['GROUP_BACKUP_MANAGER'] } as const;
const superseded = { deprecation: 'Mon, 5 Aug 2024 00:00:00 GMT', sunset: 'Thu, 1 Jul 2027 00:00:00 GMT' };

export function createOperations(service: ScheduleService, clock: Clock): readonly Operation[] {
  const inCluster = (request: ApiRequest<unknown>) => [request.param('groupId'), request.param('clusterName')] as const;
  const reply = (found: ClusterSchedule, request: ApiRequest<unknown>, zoneName: ZoneName): ApiReply => ({
    status: 200,
    body: encode(found, request, zoneName, clock.now()),
  });
  const get = (zoneName: ZoneName) => async (request: ApiRequest<unknown>) =>
    reply(await service.find(...inCluster(request)), request, zoneName);
  const patch = (zoneName: ZoneName) => async (request: ApiRequest<PatchBody>) => {
    const changed = await service.update(
      ...inCluster(request),
      (present) => decodePatch(request.body, present, clock.now()),
      decodeOldSnapshots(request.body),
    );
    return reply(changed, request, zoneName);
  };
  const remove = (zoneName: ZoneName) => async (request: ApiRequest<unknown>) => {
    const old = { update: false, delete: false };
    const changed = await service.update(...inCluster(request), (present) => ({ ...present, items: [] }), old);
    return reply(changed, request, zoneName);
  };

  return [
    {
      id: 'getGroupClusterBackupSchedule',
      summary: 'Returns the backup schedule of a cluster',
      method: 'GET',
      path: PATH,
      access: READ,
      rateLimit: 'cloudBackups',
      versions: [
        version({
          version: 'v1.0',
          answers: { status: 200, body: ScheduleSchema20230101 },
          handle: get('replicationSpecId'),
        }),
        version({
          version: '2023-01-01',
          superseded,
          answers: { status: 200, body: ScheduleSchema20230101 },
          handle: get('replicationSpecId'),
        }),
        version({ version: '2024-08-05', answers: { status: 200, body: ScheduleSchema }, handle: get('zoneId') }),
      ],
    },
    {
      id: 'updateGroupClusterBackupSchedule',
      summary: 'Changes the backup schedule of a cluster',
      method: 'PATCH',
      event: 'CPS_SNAPSHOT_SCHEDULE_UPDATED',
      path: PATH,
      access: MANAGE,
      rateLimit: 'cloudBackups',
      versions: [
        version({
          version: 'v1.0',
          body: PatchBody20230101,
          answers: { status: 200, body: ScheduleSchema20230101 },
          handle: patch('replicationSpecId'),
        }),
        version({
          version: '2023-01-01',
          superseded,
          body: PatchBody20230101,
          answers: { status: 200, body: ScheduleSchema20230101 },
          handle: patch('replicationSpecId'),
        }),
        version({
          version: '2024-08-05',
          body: PatchBody,
          answers: { status: 200, body: ScheduleSchema },
          handle: patch('zoneId'),
        }),
      ],
    },
    {
      id: 'deleteGroupClusterBackupSchedule',
      summary: 'Removes the policy items of the backup schedule of a cluster',
      method: 'DELETE',
      event: 'CPS_SNAPSHOT_SCHEDULE_UPDATED',
      path: PATH,
      access: MANAGE,
      rateLimit: 'cloudBackups',
      versions: [
        version({
          version: 'v1.0',
          answers: { status: 200, body: ScheduleSchema20230101 },
          handle: remove('replicationSpecId'),
        }),
        version({
          version: '2023-01-01',
          superseded,
          answers: { status: 200, body: ScheduleSchema20230101 },
          handle: remove('replicationSpecId'),
        }),
        version({ version: '2024-08-05', answers: { status: 200, body: ScheduleSchema }, handle: remove('zoneId') }),
      ],
    },
  ];
}
