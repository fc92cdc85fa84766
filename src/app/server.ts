import { existsSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import { atlasTime, type Clock } from '../kernel/clock.ts';
import { AppError, codeOf, messageOf } from '../kernel/errors.ts';
import { silentLogger, type Logger } from '../kernel/logger.ts';
import { bootstrap } from './bootstrap.ts';
import { compose, type Composition } from './compose.ts';
import type { Settings } from './config.ts';
import type { ListenAddress } from './option-parsers.ts';
import { openDataDirectory, type DataDirectory } from './data-directory.ts';
import { isLoopback } from './loopback.ts';
import { writeEnvironmentFile } from './stand-in/environment-file.ts';
import { standInSettings } from './stand-in/settings.ts';
import { createStandIn } from './stand-in/stand-in.ts';
import { profileFile, writeProfile, writeProfileUrl, type Profile } from './profile.ts';

export { createServerLogger } from './log-lines.ts';

/** A test that advances the clock waits for what is due then. */
const STAND_IN_JOBS = { pollMs: 100 };

/** A server that listens and works. */
export interface RunningServer {
  /** The server's URL, without a `/` at the end. */
  readonly url: string;
  /** What the first start created; undefined at later starts. */
  readonly firstStart: Profile | undefined;
  /** The file in which commands find the server. */
  readonly profileFile: string;
  /** The variables that Atlas's clients read; undefined unless the server stands in for Atlas. */
  readonly environmentFile: string | undefined;
  /** Ends after the running requests. Unfinished jobs continue at the next start. */
  stop(): Promise<void>;
}

/** Formats a host for a URL. The addresses that mean all interfaces become the loopback address. */
function urlOf(host: string, port: number): string {
  const reached = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${reached.includes(':') ? `[${reached}]` : reached}:${port}`;
}

/** Does what a first start does. @returns undefined at later starts. */
export async function firstStart(
  parts: Composition,
  directory: DataDirectory,
  url: string,
): Promise<Profile | undefined> {
  const made = await bootstrap(parts);
  if (made === undefined) return undefined;
  const profile = { url, ...made };
  writeProfile(profileFile(directory.path), profile);
  directory.firstStartIsKept();
  return profile;
}

/**
 * Prepares a data directory without serving it.
 * @throws AppError `ALREADY_INITIALIZED`, and what opening the data directory throws.
 */
export async function initialize(
  settings: Settings,
  { clock }: { readonly clock: Clock },
): Promise<{ readonly profile: Profile; readonly file: string }> {
  const directory = await openDataDirectory(settings, { clock });
  const parts = await compose({ settings, directory, clock, logger: silentLogger });
  try {
    const profile = await firstStart(parts, directory, settings.publicUrl ?? urlOf(settings.host, settings.port));
    const file = profileFile(directory.path);
    if (profile !== undefined) return { profile, file };
    throw new AppError({
      code: 'ALREADY_INITIALIZED',
      message: `the data directory ${directory.path} is initialized already; its private key is shown only once`,
      hint: existsSync(file)
        ? `The key is in ${file}. For another one, name another --data-dir.`
        : 'Name another --data-dir, or use the API key that was printed when this one was made.',
    });
  } finally {
    await parts.close();
    await directory.close();
  }
}

/** @param portOption the option that names the port. */
async function listen(http: FastifyInstance, { host, port }: ListenAddress, portOption: string): Promise<number> {
  try {
    await http.listen({ host, port });
    const address = http.server.address();
    return typeof address === 'object' && address !== null ? address.port : port;
  } catch (cause) {
    if (codeOf(cause) === 'EADDRINUSE') {
      throw new AppError({
        code: 'ADDRESS_IN_USE',
        message: `another program listens on ${host}, port ${port}`,
        hint: `Choose another with ${portOption} (0 takes a free one), or stop that program.`,
        cause,
      });
    }
    throw new AppError({
      code: 'ADDRESS_UNUSABLE',
      message: `the server cannot listen on ${host}, port ${port}: ${messageOf(cause)}`,
      hint: `Give an address of this machine, and a port that this user may use, with ${portOption}.`,
      cause,
    });
  }
}

/**
 * Starts the API and the worker in this process.
 * @throws AppError `DATA_DIRECTORY_IN_USE`, `ADDRESS_IN_USE`, `ADDRESS_UNUSABLE`, and what opening the data directory throws.
 */
export async function startServer(
  given: Settings,
  { clock: realClock, logger }: { readonly clock: Clock; readonly logger: Logger },
): Promise<RunningServer> {
  const standIn = given.standIn === 'on' ? createStandIn(realClock) : undefined;
  const settings = standIn === undefined ? given : standInSettings(given);
  const clock = standIn?.clock ?? realClock;
  const directory = await openDataDirectory(settings, { clock });
  let parts: Composition | undefined;
  try {
    standIn?.open(directory.path);
    parts = await compose({ settings, directory, clock, logger, ...(standIn && { standIn, jobs: STAND_IN_JOBS }) });
    const opened = parts;
    // The profile is written before any request is answered. It gets the port when the server listens.
    const first = await firstStart(opened, directory, settings.publicUrl ?? urlOf(settings.host, settings.port));
    if (first === undefined) await opened.requireReadableSecrets();
    await opened.removeStrayUploads();
    const port = await listen(opened.http, settings, '--host and --port');
    const url = settings.publicUrl ?? urlOf(settings.host, port);
    const file = profileFile(directory.path);
    writeProfileUrl(file, url);
    opened.worker.start();
    logger.info('listening', { url, dataDir: directory.path });
    const environmentFile = standIn && writeEnvironmentFile(directory.path, url);
    if (standIn !== undefined) {
      logger.warn('standing in for Atlas: testers set the time and ask for faults', {
        standInTime: atlasTime(clock.now()),
        environmentFile,
      });
    }
    const { metricsListen } = settings;
    if (metricsListen !== undefined && opened.metricsHttp !== undefined) {
      const metricsPort = await listen(opened.metricsHttp, metricsListen, '--metrics-listen');
      logger.info('listening for the monitor', { url: `${urlOf(metricsListen.host, metricsPort)}/metrics` });
    }
    if (!isLoopback(settings.host)) {
      logger.warn('listening on more than this machine, in plain HTTP: put TLS in front of it', {
        host: settings.host,
      });
    }
    return {
      url,
      firstStart: first === undefined ? undefined : { ...first, url },
      profileFile: file,
      environmentFile,
      async stop() {
        standIn?.close();
        await Promise.all([opened.http.close(), opened.metricsHttp?.close(), opened.worker.stop()]);
        await opened.close();
        await directory.close();
        logger.info('stopped');
      },
    };
  } catch (error) {
    await parts?.http.close();
    await parts?.metricsHttp?.close();
    await parts?.close();
    await directory.close();
    throw error;
  }
}
