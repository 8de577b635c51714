import { HubError } from '../../../hub/core/error.ts';
import { isHeaderChip } from '../chip-label.ts';
import type { Losable } from '../kept-session.ts';
import { inUse, type LineInfo } from '../line-info.ts';
import { Connection } from '../socket/connection.ts';
import { type Address, describeAddress } from '../socket/dial.ts';
import { decodeChipLabel, decodeLineInfo } from './info.ts';
import { type Answer, type Request, RGPIOD, type RgpiodConnection, refusalOf, STATUS } from './protocol.ts';
import { type EdgeReport, openReports, type Reports } from './reports.ts';

/** How many chip numbers to try; Raspberry Pi's kernels have used up to 15. */
const CHIPS = 16;

/** Two connections to rgpiod, one for requests and, once there are inputs, one for edges. The loss of one ends both. */
export class RgpiodSession implements Losable {
  readonly closed: Promise<string>;
  /** The handle of the chip that has the header's pins. */
  readonly chip: number;
  readonly #connection: RgpiodConnection;
  readonly #address: Address;
  readonly #onEdge: (report: EdgeReport) => void;
  #reports: Promise<Reports> | undefined;

  /** Finds the header's pins. Rejects with `driver/unavailable` or `driver/failed`. */
  static async open(address: Address, onEdge: (report: EdgeReport) => void): Promise<RgpiodSession> {
    const connection = await Connection.open(address, RGPIOD);
    try {
      return new RgpiodSession(connection, await findChip(connection, address), address, onEdge);
    } catch (error) {
      connection.close('it has no pins of a Raspberry Pi');
      throw error;
    }
  }

  private constructor(
    connection: RgpiodConnection,
    chip: number,
    address: Address,
    onEdge: (report: EdgeReport) => void,
  ) {
    this.closed = connection.closed;
    this.chip = chip;
    this.#connection = connection;
    this.#address = address;
    this.#onEdge = onEdge;
  }

  /** Resolves to the answers in order, refusals included. Rejects with `driver/failed` if rgpiod is lost. */
  ask(...requests: readonly Request[]): Promise<Answer[]> {
    return this.#connection.ask(...requests);
  }

  /** The same, but a refusal is an error. Rejects with `pin/in-use`, which names the program that has the line, or with `driver/failed`. */
  async runAll(gpio: number, ...requests: readonly Request[]): Promise<number[]> {
    const answers = await this.ask(...requests);
    for (const [index, request] of requests.entries()) {
      const status = answers[index]?.status ?? 0;
      if (status < 0 && !isHarmless(request, status)) throw await this.#refusal(gpio, request, status);
    }
    return answers.map(({ status }) => status);
  }

  async lineInfo(gpio: number): Promise<LineInfo> {
    return decodeLineInfo(await askForData(this.#connection, ['GIL', this.chip, gpio]));
  }

  /** The handle for an input's edge reports. After a failure the next call tries again. Rejects with `driver/unavailable` or `driver/failed`. */
  async reportHandle(): Promise<number> {
    const opening = this.#reports ?? this.#openReports();
    this.#reports = opening;
    try {
      return (await opening).handle;
    } catch (error) {
      if (this.#reports === opening) this.#reports = undefined;
      throw error;
    }
  }

  close(reason: string): void {
    this.#connection.close(reason);
  }

  async #openReports(): Promise<Reports> {
    const reports = await openReports(this.#address, this.#onEdge);
    void reports.closed.then(() => this.close('the connection for edges has ended'));
    void this.closed.then((reason) => reports.close(reason));
    return reports;
  }

  async #refusal(gpio: number, request: Request, status: number): Promise<HubError> {
    const mayBeBusy: readonly number[] = [STATUS.BUSY, STATUS.BAD_EVENT_REQUEST, STATUS.NOT_ALLOCATED];
    if (!mayBeBusy.includes(status)) return refusalOf(request, status);
    const info = await this.lineInfo(gpio);
    return info.isUsed ? inUse(gpio, info) : refusalOf(request, status);
  }
}

/** Stopping PWM that has already stopped is harmless. */
function isHarmless([name, , , milliHz]: Request, status: number): boolean {
  return name === 'PX' && milliHz === 0 && status === STATUS.NO_PWM;
}

/** Closes only the wrong chips opened before the right one, because rgpiod needs 0.1 s to close a chip. */
async function findChip(connection: RgpiodConnection, address: Address): Promise<number> {
  const others: number[] = [];
  for (let number = 0; number < CHIPS; number++) {
    const [opened] = await connection.ask(['GO', number]);
    if (!opened || opened.status < 0) continue;
    const label = decodeChipLabel(await askForData(connection, ['GIC', opened.status]));
    if (!isHeaderChip(label)) others.push(opened.status);
    else {
      for (const handle of others) await connection.ask(['GC', handle]);
      return opened.status;
    }
  }
  const where = describeAddress(address);
  throw new HubError('driver/unavailable', `the rgpiod at ${where} has no pins of a Raspberry Pi's header`);
}

async function askForData(connection: RgpiodConnection, request: Request): Promise<Uint8Array> {
  const [answer] = await connection.ask(request);
  if (!answer || answer.status < 0) throw refusalOf(request, answer?.status ?? 0);
  return answer.data;
}
