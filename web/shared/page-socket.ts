import { EarlySocket } from './early-socket.ts';

/** Where Socket.IO connects to the hub of a page, which lies right above the page. */
function socketAddress(page: string): string {
  return new URL('socket.io/?EIO=4&transport=websocket', page).href.replace(/^http/, 'ws');
}

/** The page's own, opened as soon as this script runs. */
export const pageSocket = new EarlySocket(socketAddress(location.href));
