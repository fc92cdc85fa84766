import { defineError } from '../../http/index.ts';

export const orgNotFound = defineError(
  'ORG_NOT_FOUND',
  404,
  (orgId: string) => `No organization with ID ${orgId} exists.`,
);

export const orgNotEmpty = defineError(
  'ORG_NOT_EMPTY',
  409,
  (orgId: string) => `The organization ${orgId} cannot be deleted while it has projects. Delete its projects first.`,
);
