/** Thrown for a command that the server answers with `{ok: 0}`. */
export class Refusal extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}
