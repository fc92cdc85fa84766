import { AppError } from '../kernel/errors.ts';

/** An error with Atlas's document; thrown anywhere below a route, encoded by http. */
export class ApiError extends AppError {
  readonly status: number;
  readonly parameters: readonly (string | number)[];
  /** Atlas's badRequestDetail: which field, and why. */
  readonly fields: readonly { readonly field: string; readonly description: string }[] | undefined;

  constructor(facts: {
    readonly code: string;
    readonly status: number;
    readonly detail: string;
    readonly parameters?: readonly (string | number)[];
    readonly fields?: readonly { readonly field: string; readonly description: string }[];
    readonly cause?: unknown;
  }) {
    super({ code: facts.code, message: facts.detail, cause: facts.cause });
    this.name = 'ApiError';
    this.status = facts.status;
    this.parameters = facts.parameters ?? [];
    this.fields = facts.fields;
  }
}

/** Makes the ApiErrors of one errorCode, and carries the code and status for the table of errors. */
export type ErrorFactory<Parameters extends readonly (string | number)[]> = ((
  ...parameters: Parameters
) => ApiError) & {
  readonly code: string;
  readonly status: number;
};

/**
 * One line of the error table: an Atlas errorCode, its status, and `detail` made from the error's parameters.
 * `const clusterNotFound = defineError('CLUSTER_NOT_FOUND', 404, (cluster: string, group: string) => `…`)`
 */
export function defineError<const Parameters extends readonly (string | number)[]>(
  code: string,
  status: number,
  detail: (...parameters: Parameters) => string,
): ErrorFactory<Parameters> {
  const make = (...parameters: Parameters): ApiError =>
    new ApiError({ code, status, detail: detail(...parameters), parameters });
  return Object.assign(make, { code, status });
}
