// What a page does while its scripts are still on their way: the first that runs, and small.
import { EarlySocket } from './early-socket.ts';
import { SAID_AHEAD } from './said-ahead.ts';

/** Where Socket.IO connects to the hub of a page, which lies right above the page. */
function socketAddress(page: string): string {
  return new URL('socket.io/?EIO=4&transport=websocket', page).href.replace(/^http/, 'ws');
}

/** The page's own, opened as soon as this script runs. */
export const pageSocket = new EarlySocket(socketAddress(location.href), SAID_AHEAD);

// What draws the page is fetched now, and not earlier: on a slow network it would hold up the scripts that ask the hub what there is to draw.
for (const link of document.querySelectorAll<HTMLLinkElement>('link[rel="soon"]')) link.rel = 'modulepreload';
