export type { Bus, BusMessage, MessagesOptions, PublishOptions } from './bus.ts';
export { type ErrorCode, HubError, toHubError } from './error.ts';
export { isTopicFilter, matchesFilter, parseTopicFilter, type TopicFilter } from './filter.ts';
export { Hub, type HubOptions } from './hub.ts';
export type {
  InspectedMessage,
  InspectedPublisher,
  InspectedRow,
  InspectionFrame,
  InspectionRequest,
} from './inspection.ts';
export { createLocalBus, type LocalBus } from './local-bus.ts';
export {
  type JsonProperties,
  Message,
  type MessageOptions,
  type MessageProperties,
  type Qos,
} from './message.ts';
export type { HistoryRow } from './ports.ts';
export { type Permissions, permitsPublish } from './rights.ts';
export type { Subscriber, Subscription, Terms } from './subscription.ts';
export { isTopicName, parseTopicName } from './topic.ts';
