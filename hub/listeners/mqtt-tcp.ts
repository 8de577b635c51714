import type { Socket, Server as TcpServer } from 'node:net';
import type { MqttGateway } from '../gateways/mqtt/gateway.ts';
import { TcpTransport } from '../gateways/mqtt/tcp-transport.ts';
import { StrangerSockets, Strangers } from '../limits/unauthenticated.ts';
import { OpenSockets } from './open-sockets.ts';
import { createStreamServer, type ListenerOptions } from './servers.ts';

/** The port of MQTT over TCP. It does not listen yet. */
export class MqttPort {
  readonly server: TcpServer;
  readonly sockets: OpenSockets;
  readonly strangers: StrangerSockets;

  constructor(gateway: MqttGateway, options: ListenerOptions) {
    const serve = (socket: Socket) =>
      gateway.accept(new TcpTransport(socket, () => this.strangers.letIn(socket)));
    this.server = createStreamServer(serve, options);
    this.sockets = new OpenSockets(this.server);
    this.strangers = new StrangerSockets(this.server, new Strangers(options.limits.strangers));
  }
}
