import { Type } from 'typebox';
import {
  callerName,
  missingAttribute,
  NOTHING,
  version,
  versions,
  type ApiReply,
  type ApiRequest,
  type Operation,
} from '../../http/index.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { CompliancePolicy, CompliancePolicySettings } from './model.ts';
import type { PolicyItem } from './policy-item.ts';
import type { ComplianceService } from './service.ts';
import { decodePolicyItem, type PolicyItemBody } from './wire-policy-item.ts';
import { AnyPolicySchema, encode, PolicySchema, PutBody, PutBody20230101 } from './wire.ts';

const PATH = '/groups/:groupId/backupCompliancePolicy';
const OWN = { scope: 'group', anyOf: ['GROUP_OWNER'] } as const;
const superseded = { deprecation: 'Sun, 1 Oct 2023 00:00:00 GMT', sunset: 'Thu, 1 Jul 2027 00:00:00 GMT' };

export function createOperations(service: ComplianceService, clock: Clock): readonly Operation[] {
  const read = async (request: ApiRequest<unknown>): Promise<ApiReply> => {
    const policy = await service.findPolicy(request.param('groupId'));
    return { status: 200, body: encode(policy, 'ACTIVE') };
  };
  const put = async (request: ApiRequest<PutBody>): Promise<ApiReply> => {
    const overwrite = request.flag('overwriteBackupPolicies', true);
    const decode = (present: CompliancePolicy | undefined) => decodePut(request.body, present, clock.now());
    const { policy, isNew } = await service.put(request.param('groupId'), callerName(request.caller), decode, {
      overwrite,
    });
    // The change is done. Atlas answers with the state of a change that is under way, and clients wait for ACTIVE.
    return { status: 200, body: encode(policy, isNew ? 'ENABLING' : 'UPDATING') };
  };

  return [
    {
      id: 'getGroupBackupCompliancePolicy',
      summary: 'Returns the backup compliance policy of a project',
      method: 'GET',
      path: PATH,
      access: OWN,
      rateLimit: 'cloudBackups',
      versions: [
        version({ version: 'v1.0', answers: { status: 200, body: AnyPolicySchema }, handle: read }),
        version({ version: '2023-01-01', superseded, answers: { status: 200, body: AnyPolicySchema }, handle: read }),
        version({ version: '2023-10-01', answers: { status: 200, body: AnyPolicySchema }, handle: read }),
      ],
    },
    {
      id: 'updateGroupBackupCompliancePolicy',
      summary: 'Sets the backup compliance policy of a project',
      method: 'PUT',
      event: 'CPS_DATA_PROTECTION_UPDATED',
      path: PATH,
      access: OWN,
      rateLimit: 'cloudBackups',
      query: {
        overwriteBackupPolicies: Type.Boolean({
          default: true,
          description: 'Whether schedules that break the policy are changed.',
        }),
      },
      versions: [
        version({ version: 'v1.0', body: PutBody20230101, answers: { status: 200, body: PolicySchema }, handle: put }),
        version({
          version: '2023-01-01',
          superseded,
          body: PutBody20230101,
          answers: { status: 200, body: PolicySchema },
          handle: put,
        }),
        version({ version: '2023-10-01', body: PutBody, answers: { status: 200, body: PolicySchema }, handle: put }),
      ],
    },
    {
      id: 'disableGroupBackupCompliancePolicy',
      summary: 'Removes the backup compliance policy of a project',
      method: 'DELETE',
      event: 'CPS_DATA_PROTECTION_DISABLED',
      path: PATH,
      access: OWN,
      rateLimit: 'cloudBackups',
      versions: versions(['2024-11-13'], {
        answers: NOTHING,
        async handle(request) {
          await service.disable(request.param('groupId'));
          return { status: 204 };
        },
      }),
    },
  ];
}

function decodePut(body: PutBody, present: CompliancePolicy | undefined, nowMs: number): CompliancePolicySettings {
  const items = (bodies: readonly PolicyItemBody[], known: readonly PolicyItem[]): readonly PolicyItem[] =>
    bodies.map((item) => decodePolicyItem(item, known, nowMs));
  const onDemand = decodeOnDemand(body);
  const presentOnDemand = present?.onDemandPolicyItem === undefined ? [] : [present.onDemandPolicyItem];
  return {
    authorizedEmail: body.authorizedEmail,
    authorizedFirstName: body.authorizedUserFirstName ?? '',
    authorizedLastName: body.authorizedUserLastName ?? '',
    copyProtectionEnabled: body.copyProtectionEnabled ?? false,
    encryptionAtRestEnabled: body.encryptionAtRestEnabled ?? false,
    onDemandPolicyItem: onDemand && items([onDemand], presentOnDemand)[0],
    pitEnabled: body.pitEnabled ?? false,
    restoreWindowDays: body.restoreWindowDays ?? 0,
    scheduledPolicyItems: items(body.scheduledPolicyItems ?? [], present?.scheduledPolicyItems ?? []),
  };
}

/** @throws ApiError `MISSING_ATTRIBUTE` */
function decodeOnDemand({ onDemandPolicyItem: item }: PutBody): PolicyItemBody | undefined {
  if (item === undefined || item === null || Object.keys(item).length === 0) return undefined;
  const { frequencyInterval = 0, frequencyType = 'ondemand', id, retentionUnit, retentionValue } = item;
  if (retentionUnit === undefined) throw missingAttribute('onDemandPolicyItem.retentionUnit');
  if (retentionValue === undefined) throw missingAttribute('onDemandPolicyItem.retentionValue');
  return { frequencyInterval, frequencyType, ...(id === undefined ? {} : { id }), retentionUnit, retentionValue };
}
