import { HubError, toHubError } from '../../hub/core/error.ts';
import type { Mirror } from '../mirror/mirror.ts';
import type { OutputNeed, RealOutput } from '../mirror/real-output.ts';
import type { Caller, Command, Request } from './command.ts';
import type { Daemon } from './daemon.ts';
import { Failure } from './failure.ts';

/** A request, with the function that runs it on the virtual Pi. */
interface Call {
  readonly request: Request;
  readonly caller: Caller;
  readonly daemon: Daemon;
  /** Runs the command on the board. Returns the result. */
  readonly run: () => number | Promise<number>;
}

/** Runs a command on the board and on the real pins. Rejects with the driver's error. */
type Handler = (call: Call) => Promise<number>;

const OUTPUT = 1;

/** The largest frequency error of hardware PWM: a channel counts whole steps. */
const MAX_FREQUENCY_ERROR = 0.05;

/**
 * The features that pigpio implements by DMA and chip registers and that no kernel driver has, each with pigpio's error: microsecond pulses, waves,
 * clocks, pad strength. Of a pin's functions only input and output remain.
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
 * The commands that differ for real pins, by number, derived from the virtual Pi's. The answer is sent when the driver has finished. If the driver
 * refuses, the answer is -41, or -42 for a command with several pins; the mirror's `onFault` gets the reason.
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
  // Answers like pigpiod without custom functions, so that another hub recognizes this daemon's pins as real.
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
      // Pins report their own errors, which are all of this class. Anything else is a bug.
      if (!(error instanceof HubError)) mirror.report(toHubError(error));
      return Failure.NOT_PERMITTED;
    });
  };
  const isMode = command.name === 'MODES';
  return { ...command, ...(isMode && { p2: { least: 0, most: OUTPUT, failure: Failure.BAD_MODE } }), run };
}

/** Copies a request, because it is valid only until the next one. */
function copyOf({ command, p1, p2, extensionBytes, extension }: Request): Request {
  const { buffer, byteOffset, byteLength } = extension;
  const copy = new DataView(buffer.slice(byteOffset, byteOffset + byteLength));
  return { command, p1, p2, extensionBytes, extension: copy };
}

/** The handlers, by command name. */
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

/** The pins that each client has set up as inputs. */
class ClientInputs {
  readonly #gpios = new WeakMap<Caller, Set<number>>();

  note({ caller, request: { p1 } }: Call): void {
    this.#gpios.set(caller, this.of(caller).add(p1));
  }

  of(caller: Caller): Set<number> {
    return this.#gpios.get(caller) ?? new Set();
  }
}

/** Tracks the clients that read inputs: a pin is released when its last reader disconnects. */
class Readers {
  readonly #mirror: Mirror;
  readonly #gpios = new WeakMap<Caller, Set<number>>();

  constructor(mirror: Mirror) {
    this.#mirror = mirror;
  }

  /** Records that a client is about to read pins. Returns the client. */
  note(caller: Caller, gpios: readonly number[]): Caller {
    const read = this.#gpios.get(caller) ?? this.#welcome(caller);
    for (const gpio of gpios) read.add(gpio);
    return caller;
  }

  /** Returns whether all pins could be read. */
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
          .catch(() => undefined); // `onFault` already got this error.
    });
    return read;
  }
}

/** Setting an input does not claim the pin yet: gpiozero first makes every pin an input, even those that become outputs. */
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

/**
 * BR1 cannot fail. It reads only the pins that its client has set up as inputs: every client sends it first, and must not claim all pins of the Pi.
 */
async function readBank(readers: Readers, inputs: ClientInputs, { caller, run }: Call): Promise<number> {
  await readers.readAll(caller, [...inputs.of(caller)]);
  return run();
}

/** BS1, BC1: sets the levels of outputs, and the levels that inputs will have once they become outputs. */
async function writeBits(mirror: Mirror, { request: { p1: bits }, run }: Call): Promise<number> {
  const result = await run();
  const outcomes = await Promise.allSettled(permitted(mirror, bits).map((gpio) => mirror.pin(gpio).settle()));
  return isAllDone(outcomes) ? result : Failure.SOME_PERMITTED;
}

/** NB: claims the pins first, so that the next report is compared with the right levels. */
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
  // The client may have disconnected meanwhile, and another client may have got the handle.
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

/** HP: works if the driver supports any frequency, like the kernel's hardware PWM. It refuses a frequency beyond the channel's limits. */
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

/** FG: the driver filters the edges itself, because it timestamps them. The filter also applies to READ. */
async function setGlitchFilter(mirror: Mirror, { request: { p1, p2 } }: Call): Promise<number> {
  await mirror.pin(p1).setSteady(p2);
  return 0;
}
