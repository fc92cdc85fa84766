import { AppError } from '../../kernel/errors.ts';
import type { Settings } from '../config.ts';
import { SAMPLE_DUMP } from '../sample.ts';

/**
 * Returns the settings of a stand-in: clusters are made of the sample, unless the tester gives another template.
 * @throws AppError `INVALID_OPTION` if a provider is not local, because a test must not write to a cloud.
 */
export function standInSettings(settings: Settings): Settings {
  for (const name of ['aws', 'azure', 'gcp'] as const) {
    if (settings[name] === 'local') continue;
    throw new AppError({
      code: 'INVALID_OPTION',
      message: `--stand-in has local buckets only, and --${name} is ${settings[name]}`,
      hint: `Leave out --${name}, or leave out --stand-in.`,
    });
  }
  const { templateMongodump, templateMongodbUri } = settings;
  const hasTemplate = templateMongodump !== undefined || templateMongodbUri !== undefined;
  // The tester has the clock in hand, and may set it while the server is off.
  return {
    ...settings,
    clockCheck: 'off',
    provisioner: 'template',
    ...(!hasTemplate && { templateMongodump: SAMPLE_DUMP }),
  };
}
