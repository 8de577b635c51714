/**
 * Whether the hub has a newer version of the page than the running one. Then it no longer has the page's script, since the names of scripts
 * change with their content. Rejects if the hub is away.
 */
export async function isOutdated(script: string, request: typeof fetch = fetch): Promise<boolean> {
  // The service worker answers GET from its cache, and passes HEAD on.
  const { status } = await request(script, { method: 'HEAD', cache: 'no-store' });
  return status === 404;
}
