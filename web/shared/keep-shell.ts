/** Makes the browser keep the pages' shell, so that they open while the hub is away. Browsers do that only over HTTPS or on the hub's own machine. */
export async function keepShell({ serviceWorker }: Navigator): Promise<void> {
  // The type declares it as always present, which is wrong.
  const workers: ServiceWorkerContainer | undefined = serviceWorker;
  try {
    await workers?.register('shell/service-worker.js', { scope: './' });
  } catch (error) {
    // The user may have forbidden it, or the hub's certificate may be unknown: the page works without it.
    console.info('the pages are not kept for when the hub is away', error);
  }
}
