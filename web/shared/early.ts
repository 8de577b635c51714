// The work of a page while its scripts are still loading. This script is small and runs first, as a classic script: a browser runs modules
// only after it has painted the page for the first time, which takes a slow CPU half a second.
import { EarlySocket } from './early-socket.ts';
import { SAID_AHEAD } from './said-ahead.ts';

/** The address at which Socket.IO connects to the hub of a page: the hub lies right above the page. */
function socketAddress(page: string): string {
  return new URL('socket.io/?EIO=4&transport=websocket', page).href.replace(/^http/, 'ws');
}

// A classic script has no exports.
globalThis.pageSocket = new EarlySocket(socketAddress(location.href), SAID_AHEAD);

// The scripts that draw are fetched only now: on a slow network they would delay the scripts that ask the hub what there is to draw.
for (const link of document.querySelectorAll<HTMLLinkElement>('link[rel="soon"]')) link.rel = 'modulepreload';
