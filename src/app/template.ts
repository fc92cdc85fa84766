import { resolve } from 'node:path';
import { AppError } from '../kernel/errors.ts';
import type { ClusterSource } from '../resources/clusters/index.ts';
import { connectionStringFault } from '../snapshot/sources/index.ts';
import type { Settings } from './config.ts';

/**
 * Returns the source of the clusters that clients create; undefined if they create none.
 * @throws AppError `MISSING_OPTION`, `INVALID_OPTION`
 */
export function templateOf({
  provisioner,
  templateMongodump,
  templateMongodbUri,
}: Pick<Settings, 'provisioner' | 'templateMongodump' | 'templateMongodbUri'>): ClusterSource | undefined {
  const given = [templateMongodump, templateMongodbUri].filter((each) => each !== undefined);
  if (provisioner === 'none') {
    if (given.length === 0) return undefined;
    throw new AppError({
      code: 'INVALID_OPTION',
      message: 'a template of clusters is given, but --provisioner none creates no clusters',
      hint: 'Give --provisioner template, or leave out --template-mongodump and LONGSHORE_TEMPLATE_MONGODB_URI.',
    });
  }
  if (given.length !== 1) {
    throw new AppError({
      code: given.length === 0 ? 'MISSING_OPTION' : 'INVALID_OPTION',
      message: `with --provisioner template the server needs one template, and ${given.length === 0 ? 'none is' : 'two are'} given`,
      hint: 'Give --template-mongodump and a directory, or LONGSHORE_TEMPLATE_MONGODB_URI and a connection string.',
    });
  }
  if (templateMongodump !== undefined) return { kind: 'mongodump', directory: resolve(templateMongodump) };
  const uri = templateMongodbUri ?? '';
  const fault = connectionStringFault(uri);
  if (fault === undefined) return { kind: 'mongodb', uri };
  throw new AppError({
    code: 'INVALID_OPTION',
    message: `LONGSHORE_TEMPLATE_MONGODB_URI is not usable: ${fault}`,
    hint: 'Give a connection string such as mongodb://host.example.com:27017/?replicaSet=rs0.',
  });
}
