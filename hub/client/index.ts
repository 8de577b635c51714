export type { Bus, BusMessage, MessagesOptions, PublishOptions } from '../core/bus.ts';
export { type ErrorCode, HubError } from '../core/error.ts';
export type {
  InspectedMessage,
  InspectedPublisher,
  InspectedRow,
  InspectionFrame,
  InspectionRequest,
} from '../core/inspection.ts';
export { createHubClient, type HubClientOptions } from './create-hub-client.ts';
export { type Connection, type HubClient, watchIdentity } from './hub-client.ts';
export { type Identity, isWatchOnly, mayPublish } from './identity.ts';
