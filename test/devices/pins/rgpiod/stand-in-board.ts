import type { CommandName } from '../../../../devices/pins/rgpiod/protocol.ts';

/** The user of a line: a connection to the daemon, or another program, by its name. */
type Holder = object | string;

interface Line {
  holder: Holder | undefined;
  isOutput: boolean;
  /** Claimed with the kernel's flag 8: the line never goes high. */
  isOpenDrain: boolean;
  /** The level of an output. */
  level: number;
  /** The duty cycle while a thread makes pulses, thousandths of a percent. */
  pulses: number | undefined;
  isPulledUp: boolean;
  /** The level of the wire outside. If nothing is connected, the pin reads 0 or the level of the resistor. */
  wired: number | undefined;
  /** The receiver of edges. */
  reports: number | undefined;
}

export interface StandInAnswer {
  readonly status: number;
  readonly data?: Uint8Array;
}

export interface StandInBoardOptions {
  /** Labels of GPIO chips, by their numbers. */
  readonly chips: ReadonlyMap<number, string>;
  onEdge(handle: number, gpio: number, level: number): void;
}

type Parameters = readonly [p1: number, p2: number, p3: number, p4: number, p5: number];

const LINES = 54;
const PULL_UP = 32;

/** A chip of GPIO lines as lg 0.2.2 treats it, without time: every command takes effect at once. */
export class StandInBoard {
  readonly #options: StandInBoardOptions;
  readonly #handles = new Map<number, string>();
  readonly #lines = Array.from({ length: LINES }, newLine);
  /** The light levels in turn, percent. */
  readonly history: { readonly gpio: number; readonly percent: number }[] = [];

  constructor(options: StandInBoardOptions) {
    this.#options = options;
  }

  /** The light of an LED on the line, percent. */
  light(gpio: number): number {
    const { isOutput, isOpenDrain, pulses, level } = this.#line(gpio);
    if (!isOutput || isOpenDrain) return 0;
    return pulses === undefined ? level * 100 : pulses / 1000;
  }

  /** Another program takes a line, unless it is in use. */
  take(gpio: number, user: string): void {
    const line = this.#line(gpio);
    line.holder ??= user;
  }

  /** Another program leaves a line as an output with that level, as Raspberry Pi's kernel keeps it. */
  leaveOutput(gpio: number, level: number): void {
    Object.assign(this.#line(gpio), { holder: undefined, isOutput: true, level });
  }

  /** Gives back a line that another program has taken with `take`. */
  giveBack(gpio: number): void {
    this.#line(gpio).holder = undefined;
  }

  wire(gpio: number, level: number | undefined): void {
    const line = this.#line(gpio);
    const before = inputLevel(line);
    line.wired = level;
    const after = inputLevel(line);
    if (line.reports !== undefined && after !== before) this.#options.onEdge(line.reports, gpio, after);
  }

  /** The daemon frees everything that a connection had; pulses end at whatever level they were. */
  closeConnection(connection: object): void {
    for (const [gpio, line] of this.#lines.entries()) if (line.holder === connection) this.#free(gpio, line);
  }

  answer(connection: object, name: CommandName, [p1, p2, p3, p4, p5]: Parameters): StandInAnswer {
    switch (name) {
      case 'GO':
        return { status: this.#open(p1) };
      case 'GC':
        return { status: this.#handles.delete(p1) ? 0 : -5 };
      case 'GIC':
        return { status: 0, data: this.#chipInfo(p1) };
      case 'GIL':
        return { status: 0, data: this.#lineInfo(p2) };
      case 'GSOX':
        return { status: this.#claimOutput(connection, p3, p4) };
      case 'GSAX':
        return { status: this.#claimAlert(connection, { gpio: p4, flags: p2, reports: p5 }) };
      case 'GSF':
        return { status: this.#giveUp(connection, p2) };
      case 'GDEB':
        return { status: p3 > 5_000_000 ? -98 : 0 };
      case 'GR':
        return { status: this.#read(connection, p2) };
      case 'GW':
        return { status: this.#write(connection, p2, p3) };
      case 'PX':
        return { status: this.#pulse(connection, p2, { milliHz: p3, milliPercent: p4 }) };
      case 'NOIB':
        return { status: -47 };
    }
  }

  #line(gpio: number): Line {
    const line = this.#lines[gpio];
    if (!line) throw new Error(`the stand-in has no GPIO ${gpio}`);
    return line;
  }

  #open(number: number): number {
    const label = this.#options.chips.get(number);
    if (label === undefined) return -78;
    const handle = this.#handles.size;
    this.#handles.set(handle, label);
    return handle;
  }

  #chipInfo(handle: number): Uint8Array {
    const data = new Uint8Array(68);
    new DataView(data.buffer).setUint32(0, LINES, true);
    data.set(new TextEncoder().encode('gpiochip'), 4);
    data.set(new TextEncoder().encode(this.#handles.get(handle)), 36);
    return data;
  }

  #lineInfo(gpio: number): Uint8Array {
    const { holder, isOutput } = this.#line(gpio);
    const data = new Uint8Array(72);
    const view = new DataView(data.buffer);
    view.setUint32(0, gpio, true);
    view.setUint32(4, Number(holder !== undefined) | (Number(isOutput) << 1), true);
    data.set(new TextEncoder().encode(typeof holder === 'object' ? 'lg' : holder), 40);
    return data;
  }

  /** An output of the same connection stays as it is, including its level. */
  #claimOutput(connection: object, gpio: number, level: number, isOpenDrain = false): number {
    const line = this.#line(gpio);
    if (this.#isForeign(connection, line)) return -79;
    if (line.holder === connection && line.isOutput) return 0;
    Object.assign(line, newLine(), {
      holder: connection,
      isOutput: true,
      isOpenDrain,
      level,
      wired: line.wired,
    });
    this.#note(gpio);
    return 0;
  }

  /** Only edges are reported from now on, not the present level. */
  #claimAlert(
    connection: object,
    { gpio, flags, reports }: { gpio: number; flags: number; reports: number },
  ) {
    const line = this.#line(gpio);
    if (this.#isForeign(connection, line)) return -72;
    const isPulledUp = (flags & PULL_UP) !== 0;
    Object.assign(line, newLine(), { holder: connection, isPulledUp, reports, wired: line.wired });
    this.#note(gpio);
    return 0;
  }

  #giveUp(connection: object, gpio: number): number {
    const line = this.#line(gpio);
    if (line.holder !== connection) return -80;
    this.#free(gpio, line);
    return 0;
  }

  #read(connection: object, gpio: number): number {
    const line = this.#line(gpio);
    if (this.#isForeign(connection, line)) return -80;
    line.holder = connection;
    return line.isOutput ? line.level : inputLevel(line);
  }

  /** While a thread makes pulses, its next one overwrites the level. */
  #write(connection: object, gpio: number, level: number): number {
    const line = this.#line(gpio);
    if (line.holder !== connection || !line.isOutput) return this.#claimOutput(connection, gpio, level);
    line.level = level;
    this.#note(gpio);
    return 0;
  }

  #pulse(connection: object, gpio: number, wanted: { milliHz: number; milliPercent: number }): number {
    const line = this.#line(gpio);
    // lg passes a flag of the kernel's in a place where its own 8 means open drain.
    if (line.holder === undefined) this.#claimOutput(connection, gpio, 0, true);
    if (line.holder !== connection || !line.isOutput) return -104;
    if (wanted.milliHz === 0) return this.#stop(gpio, line);
    if (wanted.milliHz < 100 || wanted.milliHz > 10_000_000) return -102;
    if (wanted.milliPercent > 100_000) return -103;
    line.pulses = wanted.milliPercent;
    this.#note(gpio);
    return 9;
  }

  /** Leaves the level as the pulses left it, which was high in every trial. */
  #stop(gpio: number, line: Line): number {
    if (line.pulses === undefined) return -86;
    Object.assign(line, { pulses: undefined, level: 1 });
    this.#note(gpio);
    return 0;
  }

  /** Raspberry Pi's kernel keeps a line that was an output as one, at its last level. */
  #free(gpio: number, line: Line): void {
    if (line.pulses !== undefined) this.#stop(gpio, line);
    Object.assign(line, { holder: undefined, reports: undefined });
  }

  #isForeign(connection: object, { holder }: Line): boolean {
    return holder !== undefined && holder !== connection;
  }

  #note(gpio: number): void {
    this.history.push({ gpio, percent: this.light(gpio) });
  }
}

function newLine(): Line {
  return {
    holder: undefined,
    isOutput: false,
    isOpenDrain: false,
    level: 0,
    pulses: undefined,
    isPulledUp: false,
    wired: undefined,
    reports: undefined,
  };
}

function inputLevel({ wired, isPulledUp }: Line): number {
  return wired ?? Number(isPulledUp);
}
