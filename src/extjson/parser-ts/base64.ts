const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/**
 * The bytes that a text shows in base64 with padding (RFC 4648, section 4); undefined if it is not in base64. The
 * unused bits of the last digit must be 0.
 */
export function bytesOfBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0 || !BASE64.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64');
  const rest = bytes.length % 3;
  const isCanonical = rest === 0 || bytes.subarray(-rest).toString('base64') === text.slice(-4);
  return isCanonical ? bytes : undefined;
}
