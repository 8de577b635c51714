import { Observable } from 'rxjs';
import { answerBytes, frameBytes, type Heads, requestBytes, upgradeBytes } from './bytes.ts';
import { react, sessionOf } from './socket-io-wire.ts';

/** A transfer between page and hub. */
export interface Exchange {
  /** In the time of `performance.now()`. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly bytes: number;
  /** The values that arrived. */
  readonly values: readonly string[];
  /** Whether the page asked for a value and got none. */
  readonly isInVain: boolean;
}

/** A way to receive a topic's values. Every exchange is emitted when it is over; nothing happens after the subscription ends. */
export type Way = (target: WayTarget) => Observable<Exchange>;

export interface WayTarget {
  /** The address of the hub. */
  readonly address: string;
  readonly topic: string;
  readonly heads: Heads;
}

const POLL_MS = 1_000;

/** Polls once per second. */
export const polling: Way = ({ address, topic, heads }) =>
  running(heads, async (exchange, signal) => {
    const url = new URL(`api/topics/${topic.split('/').map(encodeURIComponent).join('/')}`, address);
    let last: string | undefined;
    while (!signal.aborted) {
      const body = await exchange(url, { asksFor: (text) => (text === last ? [] : [text]) });
      last = body;
      await pause(POLL_MS, signal);
    }
  });

/** Sends a request that the hub answers once it has something: Engine.IO's long-polling. */
export const longPolling: Way = ({ address, topic, heads }) =>
  running(heads, async (exchange, signal) => {
    const url = new URL('socket.io/?EIO=4&transport=polling', address);
    let packets = (await exchange(url)).split(SEPARATOR);
    url.searchParams.set('sid', sessionOf(packets[0] ?? ''));
    while (!signal.aborted) {
      const answers = packets.flatMap((packet) => react(packet, topic).answers);
      if (answers.length > 0) await exchange(url, { method: 'POST', body: answers.join(SEPARATOR) });
      packets = (await exchange(url, { asksFor: (text) => valuesIn(text.split(SEPARATOR), topic) })).split(
        SEPARATOR,
      );
    }
  });

/** One permanent connection, in both directions. */
export const webSocket: Way = ({ address, topic, heads }) =>
  new Observable((observer) => {
    const url = new URL('socket.io/?EIO=4&transport=websocket', address.replace(/^http/, 'ws'));
    const fromMs = performance.now();
    const socket = new WebSocket(url);
    const tell = (bytes: number, values: readonly string[] = []) => {
      const nowMs = performance.now();
      observer.next({ fromMs: nowMs, toMs: nowMs, bytes, values, isInVain: false });
    };
    socket.onopen = () =>
      observer.next({
        fromMs,
        toMs: performance.now(),
        bytes: upgradeBytes(heads, url),
        values: [],
        isInVain: false,
      });
    socket.onmessage = ({ data }) => {
      const packet = String(data);
      tell(frameBytes(packet, 'hub'), valuesIn([packet], topic));
      for (const answer of react(packet, topic).answers) {
        socket.send(answer);
        tell(frameBytes(answer, 'client'));
      }
    };
    socket.onclose = () => observer.complete();
    return () => socket.close();
  });

/** Separates the packets of one answer. */
const SEPARATOR = '\x1e';

function valuesIn(packets: readonly string[], topic: string): readonly string[] {
  return packets.flatMap((packet) => react(packet, topic).payloads);
}

interface Request {
  readonly method?: string;
  readonly body?: string;
  /** Extracts the values from an answer, if the request asks for values. */
  readonly asksFor?: (text: string) => readonly string[];
}

type Exchanging = (url: URL, request?: Request) => Promise<string>;

/** Runs a way and emits each of its exchanges. It ends with the subscription, which also aborts pending requests. */
function running(
  heads: Heads,
  run: (exchange: Exchanging, signal: AbortSignal) => Promise<void>,
): Observable<Exchange> {
  return new Observable((observer) => {
    const ending = new AbortController();
    const exchange: Exchanging = async (url, { asksFor, ...request } = {}) => {
      const fromMs = performance.now();
      const response = await fetch(url, { ...request, cache: 'no-store', signal: ending.signal });
      const text = await response.text();
      const bytes = requestBytes(heads, url, request) + answerBytes(response, text);
      const values = (response.ok && asksFor?.(text)) || [];
      const isInVain = asksFor !== undefined && values.length === 0;
      observer.next({ fromMs, toMs: performance.now(), bytes, values, isInVain });
      return text;
    };
    run(exchange, ending.signal).then(
      () => observer.complete(),
      (error) => observer.error(error),
    );
    return () => ending.abort();
  });
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
