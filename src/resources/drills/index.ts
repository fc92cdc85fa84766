import type { Operation } from '../../http/index.ts';
import type { JobHandlers } from '../../jobs/index.ts';
import type { Sealer } from '../../kernel/sealing.ts';
import { createOperations } from './routes.ts';
import { createService, type EndHook, type ServiceDependencies } from './service.ts';
import { createDrillSigner } from './signing.ts';
import { createJobHandlers, type TaskDependencies } from './task.ts';

export type { Drill } from './model.ts';
export type { DrillRequest } from './task.ts';

export interface DrillsDependencies
  extends
    Omit<ServiceDependencies, 'clusters' | 'exportBuckets'>,
    Pick<TaskDependencies, 'logger' | 'product' | 'repository' | 'runDrill'> {
  readonly sealer: Sealer;
  readonly clusters: ServiceDependencies['clusters'] & TaskDependencies['clusters'];
  readonly exportBuckets: ServiceDependencies['exportBuckets'] & TaskDependencies['exportBuckets'];
}

/** Drills: trials whether exports can be restored, with signed reports. */
export interface Drills {
  readonly operations: readonly Operation[];
  readonly jobHandlers: JobHandlers;
  /** Adds a hook that runs in the transaction in which a drill ends. */
  onEnd(hook: EndHook): void;
}

export function createDrills(deps: DrillsDependencies): Drills {
  const signer = createDrillSigner(deps);
  const service = createService(deps);
  return {
    operations: createOperations(service, signer),
    jobHandlers: createJobHandlers({ ...deps, service, signer }),
    onEnd: service.onEnd,
  };
}
