import { ENDPOINT_NOT_SERVED, RefusedError } from './client.ts';
import type { Terminal } from './terminal.ts';

/** Collects what a server cannot tell because it is older than this program and lacks the endpoint. */
export class Unserved {
  readonly #names: string[] = [];

  /** The attribute of `--json`; none if nothing is left out. */
  get attribute(): { readonly unserved?: readonly string[] } {
    return this.#names.length === 0 ? {} : { unserved: this.#names };
  }

  /** Asks a server. Returns undefined if it lacks the endpoint. @param name of what it tells, in the plural. */
  async ask<Value>(name: string, request: () => Promise<Value>): Promise<Value | undefined> {
    try {
      return await request();
    } catch (thrown) {
      if (!(thrown instanceof RefusedError) || thrown.code !== ENDPOINT_NOT_SERVED) throw thrown;
      if (!this.#names.includes(name)) this.#names.push(name);
      return undefined;
    }
  }

  /** Says on standard error what is left out. */
  tell(terminal: Terminal): void {
    if (this.#names.length === 0) return;
    terminal.note(
      `longshore: the server is older than this longshore, and tells nothing of ${this.#names.join(', ')}. Upgrade the server to see them.\n`,
    );
  }
}
