import type { Clock } from '../../kernel/clock.ts';
import { newId, type Id } from '../../kernel/ids.ts';
import type { Page, PageRequest } from '../../kernel/page.ts';
import { describeChange, type Database } from '../../metastore/index.ts';
import { privateEndpointExists, privateEndpointNotFound } from './errors.ts';
import type { NewPrivateEndpoint, PrivateEndpoint } from './model.ts';
import * as table from './table.ts';

export interface ServiceDependencies {
  readonly database: Database;
  readonly clock: Clock;
}

export type PrivateEndpointService = ReturnType<typeof createService>;

export function createService({ database, clock }: ServiceDependencies) {
  /** @throws ApiError `BACKUP_PRIVATE_ENDPOINT_NOT_FOUND` */
  async function find(groupId: Id, id: Id, within: Database = database): Promise<PrivateEndpoint> {
    const endpoint = await table.selectEndpoint(within, groupId, id);
    if (endpoint === undefined) throw privateEndpointNotFound(id);
    return endpoint;
  }

  return {
    find: async (groupId: Id, id: Id): Promise<PrivateEndpoint> => await find(groupId, id),

    list: async (groupId: Id, page: PageRequest): Promise<Page<PrivateEndpoint>> =>
      await table.selectEndpoints(database, groupId, page),

    create: async (groupId: Id, wanted: NewPrivateEndpoint): Promise<PrivateEndpoint> =>
      await database.transaction().execute(async (transaction) => {
        if (await table.hasEndpoint(transaction, groupId, wanted)) throw privateEndpointExists(wanted.regionName ?? '');
        const now = clock.now();
        const endpoint = { ...wanted, id: newId(now), groupId, createdAt: now };
        describeChange({ endpointId: endpoint.id });
        await table.insertEndpoint(transaction, endpoint);
        return endpoint;
      }),

    remove: async (groupId: Id, id: Id): Promise<void> => {
      await database.transaction().execute(async (transaction) => {
        await find(groupId, id, transaction);
        await table.deleteEndpoint(transaction, id);
      });
    },
  };
}
