export type { Bus, BusMessage, MessagesOptions, PublishOptions } from '../core/bus.ts';
export { type ErrorCode, HubError } from '../core/error.ts';
export { createHubClient, type HubClientOptions } from './create-hub-client.ts';
export { type Connection, type HubClient, watchIdentity } from './hub-client.ts';
export { type Identity, isWatchOnly, mayPublish } from './identity.ts';
