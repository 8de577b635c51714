import { createHash } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { HubError, quote, toHubError } from '../../core/error.ts';
import type { Share } from '../../limits/turn-share.ts';
import { credentialsOf } from '../http/credentials.ts';
import type { Exposure } from '../http/exposure.ts';
import { refuseUpgrade } from '../http/refuse.ts';
import type { MqttGateway } from './gateway.ts';
import { WebSocketTransport } from './websocket-transport.ts';

/** The path of MQTT on the pages' port, below the base path. */
export const MQTT_PATH = '/mqtt';

/** The subprotocols of MQTT 3.1.1 and later, and of 3.1. [MQTT-6.0.0-3], [MQTT-6.0.0-4] */
const SUBPROTOCOLS = ['mqtt', 'mqttv3.1'];

/** RFC 6455, 1.3 and 4.1. */
const KEY_SUFFIX = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const KEY = /^[+/\w]{22}==$/;
const VERSION = '13';

interface WebSocketUpgradeOptions {
  readonly server: Server;
  readonly gateway: MqttGateway;
  /** The path to serve. Default: `/mqtt` below the base path. */
  readonly path?: string | undefined;
  readonly exposure: Exposure;
  /** Called when a client is accepted over a connection. */
  readonly onLetIn: (socket: Duplex) => void;
  /** A connection's part of each turn. */
  readonly shareOf: (socket: Duplex) => Share;
  readonly log: Logger;
}

/** Accepts an HTTP server's upgrade requests for one path as MQTT connections; ignores all others. Returns a function that stops it. */
export function serveWebSocketUpgrades(options: WebSocketUpgradeOptions): () => void {
  const { server, exposure, path = exposure.basePath + MQTT_PATH } = options;
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (pathOf(request) !== path) return;
    const onError = () => socket.destroy(); // The client may leave while it waits.
    socket.on('error', onError);
    options.gateway.budget.admit(() => {
      socket.off('error', onError);
      if (!socket.destroyed) upgrade({ request, socket, head }, options);
    }, exposure.addressOf(request));
  };
  server.on('upgrade', onUpgrade);
  return () => void server.off('upgrade', onUpgrade);
}

interface UpgradeRequest {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  /** Bytes that came right after the request. */
  readonly head: Buffer;
}

function upgrade({ request, socket, head }: UpgradeRequest, options: WebSocketUpgradeOptions): void {
  const { gateway, exposure, onLetIn, shareOf, log } = options;
  try {
    exposure.check(request);
    const shown = { credentials: credentialsOf(request, exposure), remote: exposure.remoteOf(request) };
    const answer = accept(request);
    if (socket instanceof Socket) socket.setTimeout(0).setNoDelay();
    socket.write(answer);
    if (head.length > 0) socket.unshift(head);
    const { address } = shown.remote;
    gateway.accept(new WebSocketTransport(socket, { address, share: shareOf(socket), onLetIn }), shown);
  } catch (error) {
    const headers = [`Sec-WebSocket-Version: ${VERSION}`];
    refuseUpgrade({ request, socket, error: toHubError(error), exposure, log, headers });
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
    throw new HubError('protocol/violation', 'this is not a WebSocket handshake [RFC 6455, 4.2.1]');
  }
  if (version !== VERSION) {
    throw new HubError(
      'protocol/unsupported',
      `WebSocket version ${quote(version)} is not supported, ${VERSION} is`,
    );
  }
  const subprotocol = chooseSubprotocol(headers['sec-websocket-protocol']);
  const digest = createHash('sha1')
    .update(key + KEY_SUFFIX)
    .digest('base64');
  return [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${digest}`,
    ...(subprotocol === undefined ? [] : [`Sec-WebSocket-Protocol: ${subprotocol}`]),
    '',
    '',
  ].join('\r\n');
}

/** A client without a subprotocol is accepted, since some forget it. Throws `protocol/unsupported`. */
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
