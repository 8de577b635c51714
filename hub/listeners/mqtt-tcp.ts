import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { certificateOf } from '../gateways/http/credentials.ts';
import type { MqttGateway } from '../gateways/mqtt/gateway.ts';
import { TcpTransport } from '../gateways/mqtt/tcp-transport.ts';
import type { HubLimits } from '../limits/hub-limits.ts';
import { plainAddress } from '../limits/network.ts';
import { TcpListener } from './listener.ts';
import { createStreamServer, type Tls } from './servers.ts';

interface MqttTcpListenerOptions {
  /** The broker's gateway, which accounts for what its connections hold. */
  readonly mqtt: MqttGateway;
  readonly limits: HubLimits;
  /** Default: nothing is encrypted. */
  readonly tls?: Tls | undefined;
}

/** MQTT over TCP, encrypted or not. */
export class MqttTcpListener extends TcpListener {
  readonly #gateway: MqttGateway;
  readonly #onLetIn = (socket: Duplex): void => this.sockets.letIn(socket);

  constructor({ mqtt, limits, tls }: MqttTcpListenerOptions) {
    const serve = (socket: Socket) =>
      this.sockets.admit(socket, socket.remoteAddress, () => this.#serve(socket));
    super({
      name: 'mqtt',
      server: createStreamServer(serve, { tls, limits }),
      limits,
      budget: mqtt.budget,
      isAsync: false,
    });
    this.#gateway = mqtt;
  }

  #serve(socket: Socket): void {
    const share = this.sockets.shareOf(socket);
    const address = plainAddress(socket.remoteAddress ?? '');
    const transport = new TcpTransport(socket, { address, share, onLetIn: this.#onLetIn });
    this.#gateway.accept(transport, { credentials: certificateOf(socket) });
  }
}
