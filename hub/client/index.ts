export type { Bus, BusMessage, MessagesOptions, PublishOptions } from '../core/bus.ts';
export { type ErrorCode, HubError } from '../core/error.ts';
export type {
  InspectedMessage,
  InspectedPublisher,
  InspectedRow,
  InspectionFrame,
  InspectionRequest,
} from '../core/inspection.ts';
export type * from './api/admin-answers.ts';
export type { AdminApi } from './api/admin-api.ts';
export { createHubApi, type DeviceEntry, type HistoryWanted, type HubApi } from './api/hub-api.ts';
export type { ApiOptions } from './api/request.ts';
export type { TopicEntry } from './api/topic-entry.ts';
export type { EventsOptions, TopicEvent } from './api/topic-events.ts';
export { createHubClient, type HubClientOptions } from './create-hub-client.ts';
export { type Connection, type HubClient, watchIdentity } from './hub-client.ts';
export { type Identity, isWatchOnly, mayPublish } from './identity.ts';
