// The work of a page while its scripts are still loading: this script runs first, and is small.
import { EarlySocket } from './early-socket.ts';
import { SAID_AHEAD } from './said-ahead.ts';

/** The address at which Socket.IO connects to the hub of a page: the hub lies right above the page. */
function socketAddress(page: string): string {
  return new URL('socket.io/?EIO=4&transport=websocket', page).href.replace(/^http/, 'ws');
}

/** The page's own, opened as soon as this script runs. */
export const pageSocket = new EarlySocket(socketAddress(location.href), SAID_AHEAD);

// The scripts that draw are fetched only now: on a slow network they would delay the scripts that ask the hub what there is to draw.
for (const link of document.querySelectorAll<HTMLLinkElement>('link[rel="soon"]')) link.rel = 'modulepreload';
