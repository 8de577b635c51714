import { createHash } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { HubError, quote, toHubError } from '../../core/error.ts';
import { credentialsOf } from '../http/credentials.ts';
import type { RequestOrigin } from '../http/origin.ts';
import type { MqttGateway } from './gateway.ts';
import { WebSocketTransport } from './websocket-transport.ts';

/** Where MQTT is spoken on the pages' port. */
export const MQTT_PATH = '/mqtt';

/** What MQTT is called in a WebSocket's handshake, from 3.1.1 on and before. [MQTT-6.0.0-3], [MQTT-6.0.0-4] */
const SUBPROTOCOLS = ['mqtt', 'mqttv3.1'];

/** RFC 6455, 1.3 and 4.1. */
const KEY_SUFFIX = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const KEY = /^[+/\w]{22}==$/;
const VERSION = '13';

interface WebSocketUpgradeOptions {
  readonly server: Server;
  readonly gateway: MqttGateway;
  /** Throws where a request is not for us, or another site's page sent it. */
  readonly checkOrigin: (request: RequestOrigin) => void;
  /** Told when somebody was let in over a connection. */
  readonly onLetIn: (socket: Socket) => void;
}

/** Takes MQTT connections from an HTTP server's upgrade requests for `/mqtt`; all others it leaves alone. */
export function serveWebSocketUpgrades(options: WebSocketUpgradeOptions): void {
  options.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (pathOf(request) !== MQTT_PATH) return;
    const onError = () => socket.destroy(); // The client may leave before it is its turn.
    socket.on('error', onError);
    options.gateway.turns.admit(() => {
      socket.off('error', onError);
      if (!socket.destroyed) upgrade({ request, socket, head }, options);
    });
  });
}

interface UpgradeRequest {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  /** What came after the request. */
  readonly head: Buffer;
}

function upgrade({ request, socket, head }: UpgradeRequest, options: WebSocketUpgradeOptions): void {
  const { gateway, checkOrigin, onLetIn } = options;
  const connection = request.socket; // All of the request that is kept for as long as the connection lasts.
  try {
    checkOrigin(request);
    const credentials = credentialsOf(request);
    const answer = accept(request);
    if (socket instanceof Socket) socket.setTimeout(0).setNoDelay();
    socket.write(answer);
    if (head.length > 0) socket.unshift(head);
    gateway.accept(
      new WebSocketTransport(socket, {
        address: connection.remoteAddress ?? '',
        credentials,
        letIn: () => onLetIn(connection),
      }),
    );
  } catch (error) {
    refuse(socket, toHubError(error));
  }
}

function pathOf({ url = '' }: IncomingMessage): string {
  return url.split('?', 1)[0] ?? '';
}

/** The server's half of the handshake (RFC 6455, 4.2.2). Throws `protocol/violation` or `protocol/unsupported`. */
function accept({ method, headers }: IncomingMessage): string {
  const key = headers['sec-websocket-key'] ?? '';
  const version = headers['sec-websocket-version'] ?? '';
  if (method !== 'GET' || headers.upgrade?.toLowerCase() !== 'websocket' || !KEY.test(key)) {
    throw new HubError('protocol/violation', 'this is no WebSocket handshake [RFC 6455, 4.2.1]');
  }
  if (version !== VERSION) {
    throw new HubError(
      'protocol/unsupported',
      `WebSocket version ${quote(version)} is not spoken, ${VERSION} is`,
    );
  }
  const subprotocol = chooseSubprotocol(headers['sec-websocket-protocol']);
  const digest = createHash('sha1')
    .update(key + KEY_SUFFIX)
    .digest('base64');
  return toHead('101 Switching Protocols', [
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${digest}`,
    ...(subprotocol === undefined ? [] : [`Sec-WebSocket-Protocol: ${subprotocol}`]),
  ]);
}

/** A client that names no subprotocol at all is not turned away: some forget it. Throws `protocol/unsupported`. */
function chooseSubprotocol(offered: string | undefined): string | undefined {
  if (offered === undefined) return undefined;
  const names = offered.split(',').map((name) => name.trim());
  const chosen = SUBPROTOCOLS.find((name) => names.includes(name));
  if (chosen !== undefined) return chosen;
  throw new HubError(
    'protocol/unsupported',
    `the subprotocol must be ${SUBPROTOCOLS.join(' or ')}, not ${quote(offered)}`,
  );
}

function refuse(socket: Duplex, { code, message }: HubError): void {
  const status = code === 'auth/denied' ? '403 Forbidden' : '400 Bad Request';
  const head = toHead(status, [
    'Connection: close',
    `Sec-WebSocket-Version: ${VERSION}`,
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(message)}`,
  ]);
  socket.on('error', () => socket.destroy()); // The client left before it heard why.
  socket.end(head + message, () => socket.destroy()); // One who does not close its side is not waited for.
}

function toHead(status: string, headers: readonly string[]): string {
  return [`HTTP/1.1 ${status}`, ...headers, '', ''].join('\r\n');
}
