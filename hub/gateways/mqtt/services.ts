import type { Logger } from 'pino';
import type { Access } from '../../access/access.ts';
import type { Hub } from '../../core/hub.ts';
import type { Sessions } from '../../session/sessions.ts';
import type { Admission } from './admission.ts';
import type { TopicNames } from './codec/index.ts';
import type { MqttCounters } from './counters.ts';
import type { MqttLimits } from './limits.ts';
import type { Outbound } from './outbound.ts';
import type { Turns } from './slice.ts';

/** What all connections of a gateway share. */
export interface Services {
  readonly hub: Hub;
  readonly sessions: Sessions;
  readonly access: Access;
  readonly limits: MqttLimits;
  readonly counters: MqttCounters;
  readonly outbound: Outbound;
  readonly admission: Admission;
  readonly topicNames: TopicNames;
  readonly turns: Turns;
  readonly log: Logger;
}
