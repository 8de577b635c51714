import type { Command, Report } from '../pigpio/commands.ts';
import type { Session } from '../pigpio/session.ts';
import { Connection } from '../socket/connection.ts';
import type { Address } from '../socket/dial.ts';
import { VIRTUAL_MARK } from '../virtual-mark.ts';
import { type Notifications, openNotifications } from './notifications.ts';
import { PIGPIOD, type PigpiodConnection, requestAll } from './protocol.ts';

/** Two connections to the daemon, one for commands and, once there are inputs, one for reports. The loss of one ends both. */
export class DaemonSession implements Session {
  readonly closed: Promise<string>;
  readonly #connection: PigpiodConnection;
  readonly #address: Address;
  readonly #onReport: (report: Report) => void;
  #notifications: Promise<Notifications> | undefined;

  /** Rejects with `driver/unavailable`. */
  static async open(address: Address, onReport: (report: Report) => void): Promise<DaemonSession> {
    return new DaemonSession(await Connection.open(address, PIGPIOD), address, onReport);
  }

  private constructor(connection: PigpiodConnection, address: Address, onReport: (report: Report) => void) {
    this.closed = connection.closed;
    this.#connection = connection;
    this.#address = address;
    this.#onReport = onReport;
  }

  ask(...commands: readonly Command[]): Promise<number[]> {
    return this.#connection.ask(...commands);
  }

  async watch(gpios: Iterable<number>): Promise<void> {
    const { handle } = await this.#openedNotifications();
    const mask = [...gpios].reduce((bits, gpio) => bits | (1 << gpio), 0);
    await requestAll(this.#connection, ['NB', handle, mask >>> 0]);
  }

  /** Whether the daemon belongs to a virtual Pi. */
  async isVirtual(): Promise<boolean> {
    const [answer] = await this.#connection.ask(['CF1']);
    return answer === VIRTUAL_MARK;
  }

  close(reason: string): void {
    this.#connection.close(reason);
  }

  /** Opens the connection once. After a failure the next call tries again, because another client may have freed a handle. */
  async #openedNotifications(): Promise<Notifications> {
    const opening = this.#notifications ?? this.#openNotifications();
    this.#notifications = opening;
    try {
      return await opening;
    } catch (error) {
      if (this.#notifications === opening) this.#notifications = undefined;
      throw error;
    }
  }

  async #openNotifications(): Promise<Notifications> {
    const notifications = await openNotifications(this.#address);
    notifications.reports$.subscribe(this.#onReport);
    void notifications.closed.then(() => this.close('the connection for notifications has ended'));
    void this.closed.then((reason) => notifications.close(reason));
    return notifications;
  }
}
