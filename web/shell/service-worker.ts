import { Shell } from './shell.ts';

/** The types that a service worker has beyond a page; TypeScript's own declarations cannot be loaded beside those for pages. */
interface ExtendableEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}

interface FetchEvent extends ExtendableEvent {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}

interface Worker {
  readonly location: { readonly href: string };
  readonly clients: {
    matchAll(of: { includeUncontrolled: boolean }): Promise<readonly { readonly url: string }[]>;
  };
  skipWaiting(): Promise<void>;
  addEventListener(type: 'install', listen: (event: ExtendableEvent) => void): void;
  addEventListener(type: 'fetch', listen: (event: FetchEvent) => void): void;
}

const worker = globalThis as unknown as Worker;

/** The address of the hub: this script lies in a folder below. */
const hub = new URL('..', worker.location.href);
/** Several hubs may share an origin, and so its caches, below different paths. */
const cacheName = `pinhub-shell${hub.pathname.slice(0, -1)}`;

function shellFor(event: ExtendableEvent): Shell<Request> {
  return new Shell<Request>({
    hub: hub.href,
    openCache: () => caches.open(cacheName),
    fetch: (request) => fetch(request),
    after: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    waitUntil: (work) => event.waitUntil(work),
  });
}

worker.addEventListener('install', (event) => {
  void worker.skipWaiting();
  const opened = worker.clients.matchAll({ includeUncontrolled: true });
  const kept = opened.then((pages) => shellFor(event).keepAll(pages.map(({ url }) => url)));
  // If the hub goes away meanwhile, the worker is still installed.
  event.waitUntil(kept.catch(() => undefined));
});

worker.addEventListener('fetch', (event) => {
  const response = shellFor(event).respond(event.request);
  if (response) event.respondWith(response);
});
