import { type Observable, Subject } from 'rxjs';
import type { Report } from '../pigpio/commands.ts';
import { Chunks } from '../socket/chunks.ts';
import { Connection } from '../socket/connection.ts';
import type { Address } from '../socket/dial.ts';
import { PIGPIOD, type PigpiodConnection, requestAll } from './protocol.ts';

/** A second connection, for level reports. */
export interface Notifications {
  /** The handle for the command NB, which selects the pins, on any connection. */
  readonly handle: number;
  readonly reports$: Observable<Report>;
  /** Resolves with the reason once the connection is over. */
  readonly closed: Promise<string>;
  close(reason: string): void;
}

/** A report: sequence number and flags, 16 bits each; tick and levels, 32 bits each. */
const REPORT_BYTES = 12;

/** Opens a connection for reports. Rejects with `driver/unavailable` or `driver/failed`. */
export async function openNotifications(address: Address): Promise<Notifications> {
  const connection = await Connection.open(address, PIGPIOD);
  const handle = await openHandle(connection);
  const reports = new Subject<Report>();
  const chunks = new Chunks();
  connection.passBytesTo((bytes) => {
    for (const report of chunks.push(bytes, REPORT_BYTES)) {
      // Watchdogs, events and keep-alives have flags; a level change has none.
      if (report.getUint16(2, true) !== 0) continue;
      reports.next({ tickUs: report.getUint32(4, true), levels: report.getUint32(8, true) });
    }
  });
  return {
    handle,
    reports$: reports.asObservable(),
    closed: connection.closed,
    close: (reason) => connection.close(reason),
  };
}

/** The daemon has 32 handles for all its clients. If it gives us none, the connection is useless. */
async function openHandle(connection: PigpiodConnection): Promise<number> {
  try {
    const [handle = 0] = await requestAll(connection, ['NOIB']);
    return handle;
  } catch (error) {
    connection.close('pigpiod returned no handle for notifications');
    throw error;
  }
}
