import { once } from 'node:events';
import { namesOfVariables, resolveSettings } from '../../app/config.ts';
import { optionsWithoutEffect, unknownVariables } from '../../app/doubtful-options.ts';
import { productVersion } from '../../app/product.ts';
import { addExamples, addOptions, flagsOf, printJson, wantsJson, type AddCommand } from '../command.ts';
import { credentialsText, firstStartDocument } from '../first-start.ts';

export const addServe: AddCommand = (parent, { terminal, clock, signal, environment }) => {
  const command = parent
    .command('serve')
    .description('run the server: the API and the worker that takes snapshots and exports them')
    .option('--json', 'print {"url","firstStart","environmentFile"} as JSON once it listens')
    .action(async () => {
      const settings = resolveSettings(flagsOf(command), environment);
      // Loaded here because the server's libraries take most of a second, and the other commands do not need them.
      const { createServerLogger, startServer } = await import('../../app/server.ts');
      const logger = createServerLogger(settings, terminal.err);
      const variables = unknownVariables(namesOfVariables(environment));
      if (variables.length > 0) logger.warn('environment variables are the names of no options', { variables });
      const given = optionsWithoutEffect(settings);
      if (given.length > 0) logger.warn('options have no effect with --aws and --gcp as they are', { options: given });
      const server = await startServer(settings, { clock, logger });
      try {
        const { url, firstStart, profileFile, environmentFile } = server;
        if (wantsJson(command)) {
          const made = firstStart && { firstStart: firstStartDocument(firstStart, profileFile) };
          printJson(terminal, { url, ...made, ...(environmentFile !== undefined && { environmentFile }) });
        } else {
          terminal.say(`Longshore ${productVersion} is listening on ${terminal.paint(terminal.out, 'cyan', url)}\n`);
          if (firstStart !== undefined) {
            terminal.out.write(`\n${credentialsText(terminal, firstStart, profileFile)}`);
          }
          if (environmentFile !== undefined) {
            terminal.say(`It stands in for Atlas. Atlas's clients find it with the variables in ${environmentFile}.\n`);
          }
        }
        if (!signal.aborted) await once(signal, 'abort');
      } finally {
        await server.stop();
      }
    });
  addOptions(command, [
    'dataDir',
    'host',
    'port',
    'publicUrl',
    'trustedProxies',
    'dumpRoot',
    'mongodbHosts',
    'webhookHosts',
    'aws',
    's3Endpoint',
    's3Region',
    's3Addressing',
    's3Checksum',
    's3Buckets',
    'azure',
    'gcp',
    'azureHosts',
    'gcpServiceAccount',
    'defaultSchedule',
    'standIn',
    'provisioner',
    'templateMongodump',
    'clockCheck',
    'rateLimits',
    'tokenRateLimit',
    'metricsListen',
    'logLevel',
    'logFormat',
    'config',
  ]);
  addExamples(command, [
    'longshore serve',
    'longshore serve --data-dir /var/lib/longshore --port 9090',
    'longshore serve --stand-in --data-dir stand-in',
    'LONGSHORE_LOG_LEVEL=warn longshore serve --port 0',
  ]);
};
