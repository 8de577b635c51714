import { HubError, toHubError } from '../../hub/core/error.ts';
import type { Mirror } from '../mirror/mirror.ts';
import type { OutputNeed, RealOutput } from '../mirror/real-output.ts';
import type { Caller, Command, Request } from './command.ts';
import type { Daemon } from './daemon.ts';
import { Failure } from './failure.ts';

/** A command with what the virtual Pi does for it. */
interface Call {
  readonly request: Request;
  readonly caller: Caller;
  readonly daemon: Daemon;
  /** Does it to the board. Returns the result. */
  readonly run: () => number | Promise<number>;
}

/** Does a command to the board and to the real pins. Rejects with the driver's error. */
type Handler = (call: Call) => Promise<number>;

const OUTPUT = 1;

/** How much hardware PWM may miss its frequency by: a channel counts whole steps. */
const MAX_FREQUENCY_ERROR = 0.05;

/**
 * What pigpio can do by DMA and the chip's registers, and no driver of the kernel can, with pigpio's answer for it: pulses of microseconds, waves,
 * clocks, the strength of pads. Of a pin's functions only input and output are left.
 */
const IMPOSSIBLE: readonly [name: string, number: number, failure: number][] = [
  ['TRIG', 37, Failure.BAD_PULSE_LENGTH],
  ['WVCRE', 49, Failure.NO_WAVEFORM_ID],
  ['WVCAP', 118, Failure.NO_WAVEFORM_ID],
  ['HC', 85, Failure.NOT_HARDWARE_CLOCK_GPIO],
  ['PADS', 102, Failure.BAD_PAD],
  ['PADG', 103, Failure.BAD_PAD],
];

/**
 * The commands that are different in front of real pins, by number, made of the virtual Pi's. The answer comes when the driver has done what
 * was asked for. What it refuses is answered with -41, or -42 where a command has several pins; the mirror's `onFault` hears the reason.
 */
export function realPinCommands(
  mirror: Mirror,
  virtual: ReadonlyMap<number, Command>,
): ReadonlyMap<number, Command> {
  const handlers = handlersOf(mirror);
  const real = [...virtual].flatMap(([number, command]): [number, Command][] => {
    const handler = handlers.get(command.name);
    return handler ? [[number, handled(mirror, command, handler)]] : [];
  });
  const impossible = IMPOSSIBLE.map(([name, number, failure]): [number, Command] => [
    number,
    { name, run: () => failure },
  ]);
  // As pigpiod without additions: another hub that finds this daemon has found real pins.
  const custom: [number, Command] = [87, { name: 'CF1', run: () => 0 }];
  return new Map([...real, ...impossible, custom]);
}

function handled(mirror: Mirror, command: Command, handler: Handler): Command {
  const run: Command['run'] = (request, daemon, caller) => {
    const failure = command.refuse?.(request, daemon) ?? 0;
    if (failure !== 0) return failure;
    const copy = copyOf(request);
    const call = { request: copy, caller, daemon, run: () => command.run(copy, daemon, caller) };
    return handler(call).catch((error) => {
      // Pins tell of their own errors, all of which are of this class. What is left is a bug.
      if (!(error instanceof HubError)) mirror.report(toHubError(error));
      return Failure.NOT_PERMITTED;
    });
  };
  const isMode = command.name === 'MODES';
  return { ...command, ...(isMode && { p2: { least: 0, most: OUTPUT, failure: Failure.BAD_MODE } }), run };
}

/** A request is valid only until the next one. */
function copyOf({ command, p1, p2, extensionBytes, extension }: Request): Request {
  const { buffer, byteOffset, byteLength } = extension;
  const copy = new DataView(buffer.slice(byteOffset, byteOffset + byteLength));
  return { command, p1, p2, extensionBytes, extension: copy };
}

/** By the command's name. */
function handlersOf(mirror: Mirror): ReadonlyMap<string, Handler> {
  const inputs = new ClientInputs();
  const readers = new Readers(mirror);
  const drive =
    (need: OutputNeed): Handler =>
    ({ request: { p1 }, run }) =>
      mirror.pin(p1).drive(need, run);
  const change: Handler = ({ request: { p1 }, run }) => mirror.pin(p1).change(run);
  return new Map<string, Handler>([
    ['MODES', (call) => setMode(mirror, inputs, call)],
    ['PUD', (call) => setPull(mirror, inputs, call)],
    ['READ', ({ request: { p1 }, caller, run }) => mirror.pin(p1).read(run, readers.note(caller, [p1]))],
    ['WRITE', drive('level')],
    ['PWM', drive('pwm')],
    ['PRS', change],
    ['PFS', change],
    ['SERVO', drive('pwm')],
    ['BR1', (call) => readBank(readers, inputs, call)],
    ['BC1', (call) => writeBits(mirror, call)],
    ['BS1', (call) => writeBits(mirror, call)],
    ['NB', (call) => watch(mirror, readers, call)],
    ['HP', (call) => setHardwarePwm(mirror, call)],
    ['FG', (call) => setGlitchFilter(mirror, call)],
  ]);
}

/** Which pins each client has set up as inputs. */
class ClientInputs {
  readonly #gpios = new WeakMap<Caller, Set<number>>();

  note({ caller, request: { p1 } }: Call): void {
    this.#gpios.set(caller, this.of(caller).add(p1));
  }

  of(caller: Caller): Set<number> {
    return this.#gpios.get(caller) ?? new Set();
  }
}

/** Clients who read inputs: those are given back when their last reader has gone. */
class Readers {
  readonly #mirror: Mirror;
  readonly #gpios = new WeakMap<Caller, Set<number>>();

  constructor(mirror: Mirror) {
    this.#mirror = mirror;
  }

  /** Notes that a client is about to read pins. Returns the client. */
  note(caller: Caller, gpios: readonly number[]): Caller {
    const read = this.#gpios.get(caller) ?? this.#welcome(caller);
    for (const gpio of gpios) read.add(gpio);
    return caller;
  }

  /** Returns whether all could be read. */
  async readAll(caller: Caller, gpios: readonly number[]): Promise<boolean> {
    this.note(caller, gpios);
    const read = (gpio: number) => this.#mirror.pin(gpio).read(() => undefined, caller);
    return isAllDone(await Promise.allSettled(gpios.map(read)));
  }

  #welcome(caller: Caller): Set<number> {
    const read = new Set<number>();
    this.#gpios.set(caller, read);
    caller.onClosed(() => {
      for (const gpio of read)
        this.#mirror
          .pin(gpio)
          .leave(caller)
          .catch(() => undefined); // `onFault` has heard of it.
    });
    return read;
  }
}

/** An input is not claimed yet: gpiozero makes an input of every pin first, also of those that it then makes outputs. */
function setMode(mirror: Mirror, inputs: ClientInputs, call: Call): Promise<number> {
  const { p1, p2 } = call.request;
  const pin = mirror.pin(p1);
  if (p2 === OUTPUT) return pin.drive('level', call.run);
  inputs.note(call);
  return pin.change(() => {
    pin.forgetReads();
    return call.run();
  });
}

function setPull(mirror: Mirror, inputs: ClientInputs, call: Call): Promise<number> {
  inputs.note(call);
  return mirror.pin(call.request.p1).change(call.run);
}

/** BR1 has no error. It reads the pins that its client has set up as inputs: every client asks it first, and must not get all pins of the Pi. */
async function readBank(readers: Readers, inputs: ClientInputs, { caller, run }: Call): Promise<number> {
  await readers.readAll(caller, [...inputs.of(caller)]);
  return run();
}

/** BS1, BC1: levels of outputs, and what inputs will give once they are outputs. */
async function writeBits(mirror: Mirror, { request: { p1: bits }, run }: Call): Promise<number> {
  const result = await run();
  const outcomes = await Promise.allSettled(permitted(mirror, bits).map((gpio) => mirror.pin(gpio).settle()));
  return isAllDone(outcomes) ? result : Failure.SOME_PERMITTED;
}

/** NB: the pins are claimed first, so that the levels to which the next report is compared are right. */
async function watch(mirror: Mirror, readers: Readers, call: Call): Promise<number> {
  const {
    request,
    caller,
    daemon: { notifier },
    run,
  } = call;
  const { p1: handle, p2: bits } = request;
  const opened = notifier.opened(handle);
  if (!opened) return Failure.BAD_HANDLE;
  const gpios = permitted(mirror, bits);
  const areRead = await readers.readAll(caller, gpios);
  // Its reader may have left meanwhile, and the handle be another's.
  if (notifier.opened(handle) !== opened) return Failure.BAD_HANDLE;
  const result = await run();
  const isWhole = areRead && gpios.length === gpiosOf(bits).length;
  return result === 0 && !isWhole ? Failure.SOME_PERMITTED : result;
}

function isAllDone(outcomes: readonly PromiseSettledResult<unknown>[]): boolean {
  return outcomes.every(({ status }) => status === 'fulfilled');
}

function permitted({ board }: Mirror, bits: number): number[] {
  return gpiosOf(bits).filter((gpio) => board.permits(gpio));
}

function gpiosOf(bits: number): number[] {
  return Array.from({ length: 32 }, (_, gpio) => gpio).filter((gpio) => (bits & (1 << gpio)) !== 0);
}

/** HP: where the driver gives any frequency, as the kernel's hardware PWM does. A frequency beyond the channel's limits is refused. */
async function setHardwarePwm(mirror: Mirror, { request, run }: Call): Promise<number> {
  const { p1: gpio, p2: hz } = request;
  const pin = mirror.pin(gpio);
  const start = ({ hasAnyFrequency }: RealOutput) =>
    hasAnyFrequency ? run() : Failure.NOT_HARDWARE_PWM_GPIO;
  const result = await pin.drive('pwm', start);
  const isGiven = Math.abs((pin.givenHz ?? hz) - hz) <= hz * MAX_FREQUENCY_ERROR;
  if (result !== 0 || hz === 0 || isGiven) return result;
  await pin.change(() => mirror.board.setHardwarePwm(gpio, 0, 0));
  return Failure.BAD_HARDWARE_PWM_FREQUENCY;
}

/** FG: the driver sees edges when they happen, and so the filter is its own. It also holds for READ. */
async function setGlitchFilter(mirror: Mirror, { request: { p1, p2 } }: Call): Promise<number> {
  await mirror.pin(p1).setSteady(p2);
  return 0;
}
