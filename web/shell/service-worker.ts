import { Shell } from './shell.ts';

/** What a service worker has beyond a page; TypeScript's own declarations cannot be loaded beside those for pages. */
interface ExtendableEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}

interface FetchEvent extends ExtendableEvent {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}

interface Worker {
  readonly location: { readonly origin: string };
  readonly clients: {
    matchAll(of: { includeUncontrolled: boolean }): Promise<readonly { readonly url: string }[]>;
  };
  skipWaiting(): Promise<void>;
  addEventListener(type: 'install', listen: (event: ExtendableEvent) => void): void;
  addEventListener(type: 'fetch', listen: (event: FetchEvent) => void): void;
}

const worker = globalThis as unknown as Worker;

function shellFor(event: ExtendableEvent): Shell<Request> {
  return new Shell<Request>({
    origin: worker.location.origin,
    openCache: () => caches.open('pinhub-shell'),
    fetch: (request) => fetch(request),
    after: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    waitUntil: (work) => event.waitUntil(work),
  });
}

worker.addEventListener('install', (event) => {
  void worker.skipWaiting();
  const opened = worker.clients.matchAll({ includeUncontrolled: true });
  const kept = opened.then((pages) => shellFor(event).keepAll(pages.map(({ url }) => url)));
  // A hub that goes meanwhile is no reason to do without a worker.
  event.waitUntil(kept.catch(() => undefined));
});

worker.addEventListener('fetch', (event) => {
  const response = shellFor(event).respond(event.request);
  if (response) event.respondWith(response);
});
