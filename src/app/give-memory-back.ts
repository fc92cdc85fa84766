/**
 * Collects all garbage of this thread, so that V8 gives unused memory back to the system. V8 itself collects when it needs memory, so an
 * idle process keeps what its last work left. It takes a few tens of milliseconds, in which the process answers nothing. The call is one of
 * the Chrome DevTools Protocol, which needs no flag of Node.js: https://chromedevtools.github.io/devtools-protocol/tot/HeapProfiler/
 * @throws Error if this Node.js was built without the inspector.
 */
export async function giveMemoryBack(): Promise<void> {
  const { Session } = await import('node:inspector/promises');
  const session = new Session();
  session.connect();
  try {
    await session.post('HeapProfiler.collectGarbage');
  } finally {
    session.disconnect();
  }
}
