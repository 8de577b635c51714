// The work of a page while its scripts are still loading: this script runs first, and is small.
import { EarlySocket } from './early-socket.ts';

/** The address at which Socket.IO connects to the hub of a page: the hub lies right above the page. */
function socketAddress(page: string): string {
  return new URL('socket.io/?EIO=4&transport=websocket', page).href.replace(/^http/, 'ws');
}

/** The page's own socket, opened as soon as this script runs. */
export const pageSocket = new EarlySocket(socketAddress(location.href));

// The scripts that draw are fetched only now: on a slow network they would delay the scripts that ask the hub what there is to draw.
for (const link of document.querySelectorAll<HTMLLinkElement>('link[rel="soon"]')) link.rel = 'modulepreload';

// A browser loads its tables when a number is first formatted: on a phone that takes a tenth of a second, which is free as long as the page waits for
// its scripts. Safari before 27 tells of no idle time.
globalThis.requestIdleCallback?.(() => new Intl.NumberFormat(navigator.language).format(0));
