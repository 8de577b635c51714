export type {
  Access,
  Authenticator,
  Credentials,
  Exchange,
  ExchangeStep,
  KeptOwner,
  Owner,
  Principal,
  Remote,
} from './access/access.ts';
export { openToAll } from './access/access.ts';
export { BUILT_IN_AUTHENTICATORS, type CreateAuthenticator } from './access/authenticators/built-in.ts';
export { createAuthenticator, type Identify } from './access/authenticators/custom.ts';
export { type GuardedAccess, openGuardedAccess } from './access/guarded-access.ts';
export { openFileVault } from './access/vault/file-vault.ts';
export type { Vault } from './access/vault/vault.ts';
export type {
  Broker,
  BrokerOptions,
  Published,
  Subscribed,
  Unsubscribed,
} from './broker/broker.ts';
export type { BrokerClient } from './broker/client.ts';
export type { BrokerCore } from './broker/core.ts';
export { createBroker } from './broker/create-broker.ts';
export type { Authenticate, Identity } from './broker/identity.ts';
export { HubError } from './core/error.ts';
export { Message } from './core/message.ts';
export { createHub, type HubOptions, type WebHub } from './create-hub.ts';
export type { ExposureOptions } from './gateways/http/exposure.ts';
export type { KindModules } from './gateways/http/kind-modules.ts';
export type { History } from './history/history.ts';
export { openHistory } from './history/open-history.ts';
export { DEFAULT_LIMITS, type HubLimits } from './limits/hub-limits.ts';
export type { AttachOptions, HandleOptions } from './listeners/handed-streams.ts';
export type { ListenOptions } from './listeners/listen.ts';
export { type Entrance, type Listener, TcpListener } from './listeners/listener.ts';
export { MqttTcpListener } from './listeners/mqtt-tcp.ts';
export type { Tls } from './listeners/servers.ts';
export { type Plugin, type PluginKind, type PluginStoreOptions, readKindModules } from './plugin.ts';
export type { EndedCredential } from './session/link.ts';
export { createEphemeralStore, type Store } from './session/store.ts';
export { openStore } from './storage/hub/store.ts';
