import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { text } from 'node:stream/consumers';
import type { Hub } from './fixture.ts';

export interface Sent {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly certificate?: { readonly cert: string; readonly key: string } | undefined;
}

export interface Received {
  readonly status: number | undefined;
  readonly cookie: string | undefined;
  readonly body: string;
}

/** Sends a request to a hub, in the clear or not, on a new connection. */
export async function request(hub: Hub, path: string, sent: Sent = {}): Promise<Received> {
  const response = await open(hub, path, sent);
  const cookie = response.headers['set-cookie']?.[0]?.split(';')[0];
  return { status: response.statusCode, cookie, body: await text(response) };
}

/** Sends a request like `request`, but resolves as soon as the answer begins. */
export function open({ server, ca }: Hub, path: string, sent: Sent = {}): Promise<IncomingMessage> {
  const { method = 'GET', headers = {}, body, certificate } = sent;
  const options = { host: '127.0.0.1', port: server.port, path, method, headers };
  return new Promise((resolve, reject) => {
    const call =
      ca === undefined
        ? requestHttp({ ...options, agent: new HttpAgent() })
        : requestHttps({ ...options, agent: new HttpsAgent({ ca, ...certificate }) });
    call.on('response', resolve).on('error', reject).end(body);
  });
}
