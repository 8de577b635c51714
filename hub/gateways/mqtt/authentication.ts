import type { Access, Credentials, Exchange, ExchangeStep, Remote } from '../../access/access.ts';
import { type HubError, quote } from '../../core/error.ts';
import {
  type AuthPacket,
  type ConnectPacket,
  MqttError,
  ReasonCode,
  tooLarge,
  violation,
} from './codec/index.ts';

const decoder = new TextDecoder('utf-8');
const NOTHING = new Uint8Array();

/** The facts about a client that its connection itself shows. Not kept longer than it is needed: an embedder's request may be large. */
export interface ConnectionFacts {
  /** A client certificate, a browser's login. Default: none. */
  readonly credentials?: Credentials;
  /** The origin of the connection, for the authenticators. Default: its address alone. */
  readonly remote?: Remote;
}

/** Authenticates a client: by its CONNECT alone, or in an exchange of AUTH packets (MQTT 5, 4.12). */
export class Authentication {
  readonly #access: Access;
  readonly #remote: Remote;
  /** The credentials of the connection itself: a certificate, a cookie. */
  readonly #shown: Credentials;
  #method: string | undefined;
  #exchange: Exchange | undefined;

  constructor(access: Access, address: string, { credentials = {}, remote = { address } }: ConnectionFacts) {
    this.#access = access;
    this.#remote = remote;
    this.#shown = credentials;
  }

  /** The SASL mechanism, if the client began an exchange. */
  get method(): string | undefined {
    return this.#method;
  }

  /** Handles the CONNECT. Rejects with `auth/required`, `auth/wrong`, `limit/exceeded`. */
  async begin(connect: ConnectPacket): Promise<ExchangeStep> {
    const { authenticationMethod, authenticationData = NOTHING } = connect.properties ?? {};
    if (authenticationMethod !== undefined)
      return this.#beginExchange(authenticationMethod, authenticationData);
    const remote = { ...this.#remote, clientIdentifier: connect.clientIdentifier };
    const principal = await this.#access.authenticate(credentialsOf(connect) ?? this.#shown, remote);
    return { data: NOTHING, principal };
  }

  /** Handles the client's next AUTH. Rejects as above, and with `protocol/violation`. */
  async go(packet: AuthPacket): Promise<ExchangeStep> {
    const { authenticationMethod, authenticationData = NOTHING } = packet.properties ?? {};
    if (this.#method === undefined || authenticationMethod !== this.#method) {
      throw anotherMethod();
    }
    if (packet.reasonCode === ReasonCode.ReAuthenticate)
      return this.#beginExchange(this.#method, authenticationData);
    if (!this.#exchange) throw violation('there is no authentication to continue', 'MQTT 5, 4.12');
    return this.#step(this.#exchange, authenticationData);
  }

  #beginExchange(method: string, data: Uint8Array): Promise<ExchangeStep> {
    const exchange = this.#access.beginExchange(method, this.#remote);
    if (!exchange) {
      const message = `the authentication method ${quote(method)} is not supported [MQTT-4.12.0-1]`;
      throw new MqttError('auth/denied', message, ReasonCode.BadAuthenticationMethod);
    }
    this.#method = method;
    this.#exchange = exchange;
    return this.#step(exchange, data);
  }

  async #step(exchange: Exchange, data: Uint8Array): Promise<ExchangeStep> {
    const step = await exchange.step(data);
    if (step.principal) this.#exchange = undefined;
    return step;
  }
}

/** A password without a user name, as MQTT 5 allows, is a token (3.1.2.9). A user name alone proves nothing. */
function credentialsOf({ userName, password }: ConnectPacket): Credentials | undefined {
  if (password === undefined) return undefined;
  const secret = decoder.decode(password);
  return userName === undefined ? { token: secret } : { user: userName, password: secret };
}

/** Creates an AUTH packet for the client. */
export function authPacket(reasonCode: number, method: string | undefined, data: Uint8Array): AuthPacket {
  return {
    type: 'auth',
    reasonCode,
    properties: {
      ...(method !== undefined && { authenticationMethod: method }),
      ...(data.byteLength > 0 && { authenticationData: data }),
    },
  };
}

/** The error for an AUTH with another method than that of the CONNECT, which may have had none. */
export function anotherMethod(): HubError {
  return violation('the authentication method is not that of the CONNECT', 'MQTT-4.12.0-5');
}

/** The error of an exchange that cannot go on, as its next packet is too large for the client. */
export function noRoomForAuth(): MqttError {
  return tooLarge("the next AUTH packet is above the client's maximum packet size", 'MQTT-3.1.2-24');
}
