import { listReply, pageOf, version, type Operation } from '../../http/index.ts';
import { mapPage, pageOfAll } from '../../kernel/page.ts';
import type { OverdueService } from './overdue-service.ts';
import { encodeOverdueExport, OverdueExportSchema } from './wire-longshore.ts';

export function createOverdueOperations(overdue: Pick<OverdueService, 'list'>): readonly Operation[] {
  return [
    {
      id: 'listOverdueExports',
      summary: 'Returns the exports that schedules of a project promised and that are missing',
      method: 'GET',
      path: '/groups/:groupId/backup/overdueExports',
      access: { scope: 'group', anyOf: ['GROUP_READ_ONLY'] },
      rateLimit: 'cloudBackups',
      versions: [
        version({
          version: 'longshore-v1',
          answers: pageOf(OverdueExportSchema),
          async handle(request) {
            const page = pageOfAll(await overdue.list(request.param('groupId')), request.page());
            return listReply(request, mapPage(page, encodeOverdueExport));
          },
        }),
      ],
    },
  ];
}
