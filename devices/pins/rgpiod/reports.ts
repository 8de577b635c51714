import type { Level } from '../pins.ts';
import { Chunks } from '../socket/chunks.ts';
import { Connection } from '../socket/connection.ts';
import type { Address } from '../socket/dial.ts';
import { RGPIOD, type RgpiodConnection, refusalOf } from './protocol.ts';

/** An edge report from rgpiod. */
export interface EdgeReport {
  readonly gpio: number;
  readonly level: Level;
  /** Timestamp of the kernel's monotonic clock, ns. */
  readonly ns: bigint;
}

/** A second connection, for edge reports. */
export interface Reports {
  /** Claim an input with this handle, on any connection, and its edges arrive here. */
  readonly handle: number;
  /** Resolves with the reason once the connection is over. */
  readonly closed: Promise<string>;
  close(reason: string): void;
}

/** A report: timestamp in ns, 64 bits; chip, GPIO, level and flags, one byte each; 4 bytes of padding. */
const REPORT_BYTES = 16;

/** The highest real level. A higher one reports a watchdog timeout. */
const HIGHEST_LEVEL = 1;

/** Opens a connection for reports. Rejects with `driver/unavailable` or `driver/failed`. */
export async function openReports(address: Address, onEdge: (report: EdgeReport) => void): Promise<Reports> {
  const connection = await Connection.open(address, RGPIOD);
  const handle = await openHandle(connection);
  const chunks = new Chunks();
  connection.passBytesTo((bytes) => {
    for (const report of chunks.push(bytes, REPORT_BYTES)) {
      const level = report.getUint8(10);
      if (level > HIGHEST_LEVEL) continue;
      onEdge({ gpio: report.getUint8(9), level: level === 1 ? 1 : 0, ns: report.getBigUint64(0, true) });
    }
  });
  return { handle, closed: connection.closed, close: (reason) => connection.close(reason) };
}

async function openHandle(connection: RgpiodConnection): Promise<number> {
  const [answer] = await connection.ask(['NOIB']);
  if (answer && answer.status >= 0) return answer.status;
  connection.close('rgpiod returned no handle for notifications');
  throw refusalOf(['NOIB'], answer?.status ?? 0);
}
