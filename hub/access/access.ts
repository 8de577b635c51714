import { NEVER, type Observable } from 'rxjs';
import type { HubError } from '../core/error.ts';
import { ALL_RIGHTS, type Rights } from '../core/rights.ts';

/** What somebody shows to say who they are. */
export type Credentials =
  | { readonly kind: 'none' }
  | { readonly kind: 'token'; readonly token: string }
  /** With the user name `token`, the password is a token. */
  | { readonly kind: 'password'; readonly user: string; readonly password: string }
  /** The common name of a client certificate that TLS has found to be good. */
  | { readonly kind: 'certificate'; readonly commonName: string }
  /** The value of a browser's cookie. */
  | { readonly kind: 'login'; readonly secret: string };

/** Where somebody comes from. */
export interface Remote {
  /** The IP address, as the socket has it. */
  readonly address: string;
  /** What a browser is known by that was let in before, hashed. It opens nothing: it tells its user from others behind the same address. */
  readonly browser?: string | undefined;
}

/** Somebody who has been let in. */
export interface Principal {
  /** What `%u` stands for. No two users or tokens have the same name. */
  readonly name: string;
  readonly role: string;
  readonly how: 'open' | Exclude<Credentials['kind'], 'none'> | 'scram';
  /** Tells them from who had the name before, and was removed; empty where there is no account. Stays with another password, role or token. */
  readonly accountId: string;
  /** What lets them in: an account, a login. When one of these ends, so do their connections. */
  readonly credentialIds: readonly string[];
  /** Which of the secrets that the account has had in the course of time they have shown; empty where none was asked for. */
  readonly generation: string;
}

/** Whose a session is that was kept. Where it is not known which accountId of the name it was, the accountId is empty. */
export type KeptOwner = Pick<Principal, 'name' | 'credentialIds' | 'accountId'>;

/** Somebody who is let in now, or, without a generation, the owner of a session that was kept: it outlives a change of password. */
export type Owner = KeptOwner & Partial<Pick<Principal, 'generation'>>;

/**
 * A credentialId on which people were let in is no more (a token revoked, a user removed, even if another has the name by now), or no more the same
 * (another role, another password).
 */
export interface Ended {
  readonly credentialId: string;
  readonly isGone: boolean;
  /** To be told to those who stood on it. */
  readonly reason: HubError;
}

/** One step of an exchange: what to send to the client, and, at its end, who that is. */
export interface ExchangeStep {
  readonly data: Uint8Array;
  readonly principal: Principal | undefined;
}

/** A conversation by which a client shows that it knows a password without sending it (SASL; MQTT 5, 4.12). */
export interface Exchange {
  /**
   * Takes the client's next message. Rejects with `auth/denied`, `limit/exceeded` or `protocol/violation`, after which
   * the exchange is over.
   */
  step(message: Uint8Array): Promise<ExchangeStep>;
}

/** Who may come in, and what they may do: all that a gateway knows of it. */
export interface Access {
  /** Rejects with `auth/required` where nothing was shown, `auth/denied` where it is not good, `limit/exceeded` after too many guesses. */
  authenticate(credentials: Credentials, remote: Remote): Promise<Principal>;
  /** Begins an exchange by a SASL mechanism's name; `undefined` where it is not offered. */
  beginExchange(method: string, remote: Remote): Exchange | undefined;
  /**
   * What a client may do; it follows every change of accounts and roles. Throws `auth/denied` where what let the owner in has ended, or their
   * secret has changed, since then: to be asked in the same turn of the event loop in which somebody is taken in.
   */
  rightsOf(owner: Owner, clientIdentifier: string): Rights;
  /** The owner of a session that was kept, as they are known now; `undefined` where what let them in has ended, or the name is another's by now. */
  recognize(owner: KeptOwner): KeptOwner | undefined;
  /** Hot. Whoever stands on what ended is to be disconnected. */
  readonly ended$: Observable<Ended>;
  /** Attempts to come in that were refused since the start. */
  readonly refused: number;
}

const ANYONE: Principal = {
  name: 'anyone',
  role: 'admin',
  how: 'open',
  accountId: '',
  credentialIds: [],
  generation: '',
};

/** Lets everyone in to do everything: for a hub that only its own machine can reach. */
export const openAccess: Access = {
  authenticate: async () => ANYONE,
  beginExchange: () => undefined,
  rightsOf: () => ALL_RIGHTS,
  recognize: (owner) => owner,
  ended$: NEVER,
  refused: 0,
};
