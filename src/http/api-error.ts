import { AppError } from '../kernel/errors.ts';

/** An error that is answered with Atlas's error document. Any code below a route may throw it; http encodes it. */
export class ApiError extends AppError {
  readonly status: number;
  readonly parameters: readonly (string | number)[];
  /** The fields of Atlas's badRequestDetail, each with a description of its fault. */
  readonly fields: readonly { readonly field: string; readonly description: string }[] | undefined;
  /** The cause, in Longshore's own words, for errors whose `detail` Atlas leaves without one. */
  readonly explanation: string | undefined;

  constructor(facts: {
    readonly code: string;
    readonly status: number;
    readonly detail: string;
    readonly parameters?: readonly (string | number)[];
    readonly fields?: readonly { readonly field: string; readonly description: string }[];
    readonly explanation?: string;
    readonly cause?: unknown;
  }) {
    super({ code: facts.code, message: facts.detail, cause: facts.cause });
    this.name = 'ApiError';
    this.status = facts.status;
    this.parameters = facts.parameters ?? [];
    this.fields = facts.fields;
    this.explanation = facts.explanation;
  }

  /** Returns the same error with an explanation. */
  explainedBy(explanation: string, cause?: unknown): ApiError {
    const { code, status, message: detail, parameters, fields } = this;
    return new ApiError({ code, status, detail, parameters, ...(fields && { fields }), explanation, cause });
  }
}

/** Creates the ApiErrors of one errorCode. The error table reads the code and the status. */
export type ErrorFactory<Parameters extends readonly (string | number)[]> = ((
  ...parameters: Parameters
) => ApiError) & {
  readonly code: string;
  readonly status: number;
};

/**
 * Defines one row of the error table: an errorCode, its status, and the `detail` for given parameters.
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
