import { optionNames, options, type OptionName, type Settings } from './config.ts';

/** A launcher of this program passes it on, and no user sets it. */
const LAUNCHER_VARIABLE = 'LONGSHORE_LAUNCHER_PID';

/** The variables that look like options and are none, because a name was misspelt, say. */
export function unknownVariables(names: readonly string[]): string[] {
  const known = new Set<string>([...optionNames.map((name) => options[name].env), LAUNCHER_VARIABLE]);
  return names.filter((name) => name.startsWith('LONGSHORE_') && !known.has(name));
}

/** The flags of options that are given and have no effect on a server with these settings. */
export function optionsWithoutEffect(settings: Settings): string[] {
  const { aws, gcp } = settings;
  const doubtful: readonly OptionName[] = [
    ...(aws === 'local' ? (['s3Checksum', 's3Buckets'] as const) : []),
    ...(aws === 's3' ? [] : (['s3Endpoint', 's3Addressing'] as const)),
    ...(gcp === 'local' ? (['gcpServiceAccount'] as const) : []),
  ];
  return doubtful.filter((name) => settings[name] !== options[name].default).map((name) => options[name].flag ?? name);
}
