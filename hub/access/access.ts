import type { IncomingMessage } from 'node:http';
import { NEVER, type Observable } from 'rxjs';
import { HubError } from '../core/error.ts';
import { ALL_RIGHTS, type Rights } from '../core/rights.ts';
import type { EndedCredential } from '../session/link.ts';

/** The credentials that a client presented; empty if there are none. Each authenticator reads the fields that it knows. */
export interface Credentials {
  readonly token?: string;
  /** With the user `token`, the password is a token. */
  readonly user?: string;
  readonly password?: string;
  /** A client certificate that TLS has verified. */
  readonly certificate?: { readonly commonName: string };
  /** The secret in a browser's login cookie. */
  readonly login?: string;
}

/** The origin of a connection. */
export interface Remote {
  /** The IP address; IPv4 as people write it, also on a socket of IPv6. */
  readonly address: string;
  /** A browser's device cookie: it authenticates nobody, but distinguishes its user from others behind the same address. */
  readonly deviceCookie?: string | undefined;
  /** Whether the client must present a credential even if the hub is open: it is a page, or an app, of another origin. */
  readonly mustIdentify?: boolean;
  /** The client identifier in an MQTT client's CONNECT; empty if the hub is to assign one. */
  readonly clientIdentifier?: string | undefined;
  /** The HTTP request behind the connection, if an embedder's server has handed it over. */
  readonly request?: IncomingMessage | undefined;
}

/** An authenticated client. */
export interface Principal {
  /** Replaces `%u` in a role's topics, and owns sessions. No authenticator may give a principal the name of a user or token that it is not. */
  readonly name: string;
  readonly role: string;
  /** The kind of the authenticator, or `open`. */
  readonly how: string;
  /** Distinguishes the account from a deleted one of the same name; survives a new password, role or token. Empty if there is no account. */
  readonly accountId: string;
  /** The credentials that the connection depends on: an account, a login, a role. When one of them ends, the connection ends too. */
  readonly credentialIds: readonly string[];
  /** Identifies the secret that was presented among all secrets of the account; empty if there was none. */
  readonly generation: string;
}

/** The owner of a stored session. An empty `accountId` means unknown. */
export type KeptOwner = Pick<Principal, 'name' | 'credentialIds' | 'accountId'>;

/** A principal, or the owner of a stored session: without a generation, as a session survives a change of password. */
export type Owner = KeptOwner & Partial<Pick<Principal, 'generation'>>;

/** A step of an exchange: the data to send to the client and, at the end, the principal. */
export interface ExchangeStep {
  readonly data: Uint8Array;
  readonly principal: Principal | undefined;
}

/** A SASL exchange, in which a client proves that it knows a password without sending it (MQTT 5, 4.12). */
export interface Exchange {
  /** Takes the client's next message. Rejects, which ends the exchange, with `auth/wrong`, `auth/denied`, `limit/exceeded` or `protocol/violation`. */
  step(message: Uint8Array): Promise<ExchangeStep>;
}

/** One way to prove an identity. */
export interface Authenticator {
  /** Names it in logs and in `Principal.how`, and begins its credential ids: `<kind>:<name>`. */
  readonly kind: string;
  /** Resolves to `undefined` if these credentials are for another authenticator. Rejects with `auth/wrong`, `auth/required` or `limit/exceeded`. */
  identify?(credentials: Credentials, remote: Remote): Promise<Principal | undefined>;
  /** Begins an exchange by the name of a SASL mechanism; `undefined` if it does not offer that one. */
  beginExchange?(method: string, remote: Remote): Exchange | undefined;
  /** Hot. Emits when a credential that it accepted ends. */
  readonly ended$?: Observable<EndedCredential>;
}

/** Decides who may connect and what they may do: the only part of access that gateways know. */
export interface Access {
  /** Rejects with `auth/required` if nothing was presented, `auth/wrong` if it is wrong, `limit/exceeded` after too many guesses. */
  authenticate(credentials: Credentials, remote: Remote): Promise<Principal>;
  /** Begins an exchange by the name of a SASL mechanism; `undefined` if it is not offered. */
  beginExchange(method: string, remote: Remote): Exchange | undefined;
  /** A client's rights at each moment. Throws `auth/denied` if the credential has changed: call it in the turn in which the client is accepted. */
  rightsOf(owner: Owner, clientIdentifier: string): Rights;
  /** The present owner of a stored session; `undefined` if the credential has ended or the name belongs to another account now. */
  recognize(owner: KeptOwner): KeptOwner | undefined;
  /** Hot. Emits when a credential ends; disconnect every client that it authenticated. */
  readonly ended$: Observable<EndedCredential>;
  /** Refused attempts since the start. */
  readonly refused: number;
}

/** The name and the credential id of all clients of an open hub. */
export const ANYONE = 'anyone';

/** The principal of all clients of an open hub. */
export const EVERYONE: Principal = {
  name: ANYONE,
  role: 'admin',
  how: 'open',
  accountId: '',
  credentialIds: [ANYONE],
  generation: '',
};

/** Every client may do everything: for a hub that only its own machine can reach. */
export const openToAll: Access = {
  async authenticate(_credentials, { mustIdentify = false }) {
    if (mustIdentify) throw credentialRequired();
    return EVERYONE;
  },
  beginExchange: () => undefined,
  rightsOf: () => ALL_RIGHTS,
  recognize: (owner) => owner,
  ended$: NEVER,
  refused: 0,
};

/** The error for a client that must authenticate and has not. */
export function credentialRequired(): HubError {
  return new HubError(
    'auth/required',
    'an app, or a page of another origin, must present a token, or a user and a password; allowedOrigins (--allow-origin) admits it without',
  );
}
