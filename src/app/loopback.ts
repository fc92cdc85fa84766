const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/i;

/** Whether the host is a loopback address, which only this machine can reach. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}
