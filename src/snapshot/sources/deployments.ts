// The second front door of this room, for what writes to running deployments. It loads MongoDB's driver, which `index.ts` leaves out.
export { connectionStringFault, parseConnectionString, type ConnectionString } from './mongodb/connection-string.ts';
export { withAvailableCompressors } from './mongodb/compressors.ts';
export { readCursor } from './mongodb/cursor.ts';
export { Deployment, type DeploymentServer } from './mongodb/deployment.ts';
export { isTransient, openFailure, serverCode } from './mongodb/errors.ts';
export { mapParallel } from './mongodb/map-parallel.ts';
