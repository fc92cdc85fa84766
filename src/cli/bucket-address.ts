import type { Command } from 'commander';
import { s3Store } from '../app/cloud-providers.ts';
import { resolveSettings } from '../app/config.ts';
import { parseStoreAddress, type StoreAddress } from '../object-store/addressing.ts';
import { flagsOf, type Surroundings } from './command.ts';

/** The forms of a bucket's address, in the words of the help. */
export const ADDRESS_FORMS = 'a directory, s3://bucket, az://account/container, or gs://bucket';

/**
 * Parses the address of a bucket that a command opens itself, with the caller's own credentials and without a server.
 * @param topFolder as in `parseStoreAddress`.
 * @throws AppError `INVALID_STORE_ADDRESS`, and what resolving the settings throws.
 */
export function parseAddress(
  address: string,
  topFolder: string,
  command: Command,
  { environment }: Pick<Surroundings, 'environment'>,
): StoreAddress {
  const settings = resolveSettings(flagsOf(command), environment);
  return parseStoreAddress(address, topFolder, {
    s3: s3Store(settings),
    azureAccount: settings.azureConnectionString,
    gcsEndpoint: settings.gcsEmulator,
  });
}
