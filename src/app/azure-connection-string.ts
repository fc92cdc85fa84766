/** A storage account that is reached with its key. */
export interface AzureAccount {
  readonly account: string;
  /** Base64. Secret. */
  readonly key: string;
  /** The URL of its Blob service, without a slash at its end. */
  readonly serviceUrl: string;
}

/**
 * Parses a connection string with an account key. One with a shared access signature is not valid.
 * Source: https://learn.microsoft.com/azure/storage/common/storage-configure-connection-string
 */
export function parseAzureConnectionString(text: string): AzureAccount | undefined {
  const settings = new Map(
    text.split(';').map((setting) => {
      const at = setting.indexOf('=');
      return [setting.slice(0, at).trim(), setting.slice(at + 1).trim()] as const;
    }),
  );
  const account = settings.get('AccountName') ?? '';
  const key = settings.get('AccountKey') ?? '';
  const protocol = settings.get('DefaultEndpointsProtocol') ?? 'https';
  const suffix = settings.get('EndpointSuffix') ?? 'core.windows.net';
  const serviceUrl = settings.get('BlobEndpoint') ?? `${protocol}://${account}.blob.${suffix}`;
  const valid = /^[a-z0-9]{3,24}$/.test(account) && /^[A-Za-z0-9+/]+={0,2}$/.test(key) && isServiceUrl(serviceUrl);
  return valid ? { account, key, serviceUrl: serviceUrl.replace(/\/+$/, '') } : undefined;
}

function isServiceUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && /^https?:$/.test(url.protocol) && url.username === '' && url.search === '';
}
