import { format, resolveConfig } from 'prettier';
import { configurationGuide } from '../src/app/config-guide.ts';

const file = new URL('../docs/guides/configuration.md', import.meta.url);

/** The guide as it is committed: formatted like all files here. */
export async function formattedConfigurationGuide(): Promise<string> {
  const style = await resolveConfig(file);
  return format(configurationGuide(), { ...style, parser: 'markdown' });
}
