/** Has the browser keep the pages' shell, so that they open while the hub is away. Only over HTTPS or on the hub's own machine do browsers do that. */
export async function keepShell({ serviceWorker }: Navigator): Promise<void> {
  // The type says that it is always there.
  const workers: ServiceWorkerContainer | undefined = serviceWorker;
  try {
    await workers?.register('shell/service-worker.js', { scope: './' });
  } catch (error) {
    // A person may have forbidden it, or the hub's certificate may be unknown: the page works without.
    console.info('the pages are not kept for when the hub is away', error);
  }
}
