import { version, type Operation } from '../../http/index.ts';
import type { ServerTimeService } from './service.ts';
import { encodeServerTime, ServerTimeSchema } from './wire-longshore.ts';

export function createOperations(time: Pick<ServerTimeService, 'state'>): readonly Operation[] {
  return [
    {
      id: 'getServerTime',
      summary: 'Returns the time of the server, and up to which time things expire',
      method: 'GET',
      path: '/serverTime',
      access: { scope: 'authenticated' },
      rateLimit: 'root',
      versions: [
        version({
          version: 'longshore-v1',
          answers: { status: 200, body: ServerTimeSchema },
          handle: async () => ({ status: 200, body: encodeServerTime(await time.state()) }),
        }),
      ],
    },
  ];
}
