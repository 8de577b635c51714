import type { Principal } from '../../access/access.ts';
import type { Session } from '../../session/session.ts';
import type { ProtocolVersion } from './codec/index.ts';
import type { MqttLink } from './link.ts';

/** One who has been let in. */
export interface Client {
  readonly version: ProtocolVersion;
  readonly session: Session;
  readonly link: MqttLink;
  readonly principal: Principal;
  /** The keep alive that holds, seconds, 0 for none. */
  readonly keepAlive: number;
  /** The session expiry that the client asked for, seconds. */
  readonly sessionExpiry: number;
}
