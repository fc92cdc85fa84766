import type { JsonObject } from '../../kernel/json.ts';

/** What the owner of a bucket has to do at the cloud provider, so that exports can be written to the bucket. */
export interface RoleGrant {
  /** The documents of the provider, by their attributes in `--json`, each with the line above it in text. */
  readonly documents: readonly { readonly name: string; readonly title: string; readonly json: JsonObject }[];
  /** Calls of the provider's own command line, ready to paste into a POSIX shell. */
  readonly commands: readonly string[];
  /** The line above the calls. */
  readonly commandsTitle: string;
  /** The next command of Longshore. */
  readonly next: string;
}
