import { delimiter, isAbsolute } from 'node:path';
import { AppError } from '../kernel/errors.ts';
import { blockText, parseAddressBlock } from '../kernel/ip-address.ts';

// Parsers of the values of options. Each returns undefined for a text that is not valid.

export const anyText = (text: string): string | undefined => (text === '' ? undefined : text);

export function wholeNumber(smallest: number, largest: number) {
  return (text: string): number | undefined => {
    const number = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
    return number >= smallest && number <= largest ? number : undefined;
  };
}

export function oneOf<const Choice extends string>(choices: readonly Choice[]) {
  return (text: string): Choice | undefined => choices.find((choice) => choice === text);
}

export function absolutePaths(text: string): readonly string[] | undefined {
  const paths = text.split(delimiter);
  return paths.every((path) => isAbsolute(path)) ? paths : undefined;
}

export function hostList(text: string): readonly string[] | undefined {
  const hosts = text.split(',').map((host) => host.trim());
  return hosts.every((host) => /^(\*\.)?[\w.%[\]:-]+$/.test(host)) ? hosts : undefined;
}

export function addressList(text: string): readonly string[] | undefined {
  const blocks = text.split(',').map((part) => parseAddressBlock(part.trim()));
  return blocks.every((block) => block !== undefined) ? blocks.map(blockText) : undefined;
}

/** The address of a listener. Port 0 takes a free one. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

export function listenAddress(text: string): ListenAddress | undefined {
  const [, host, digits] = /^(\[[0-9A-Fa-f:.%]+\]|[^\s:[\]]+):(\d{1,5})$/.exec(text) ?? [];
  const port = wholeNumber(0, 65_535)(digits ?? '');
  return host === undefined || port === undefined ? undefined : { host: host.replace(/^\[|\]$/g, ''), port };
}

export function httpUrl(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const plain = url !== undefined && url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  return plain && /^https?:$/.test(url.protocol) ? text.replace(/\/+$/, '') : undefined;
}

export function emailAddress(text: string): string | undefined {
  return /^[^\s@]+@[^\s@]+$/.test(text) ? text : undefined;
}

/** The error of a value that is not valid. @param text what was given; undefined for a secret, which is not repeated. */
export function invalidOption(origin: string, expects: string, text: unknown): AppError {
  return new AppError({
    code: 'INVALID_OPTION',
    message:
      text === undefined
        ? `${origin} is not ${expects}`
        : `${origin} is ${JSON.stringify(text)}, which is not ${expects}`,
    hint: `Give ${expects}, or leave the option out.`,
  });
}
