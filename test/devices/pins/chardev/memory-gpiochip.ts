import type { DeviceCalls } from '../../../../devices/pins/chardev/device-calls.ts';

/** The kernel's GPIO chips in memory: their devices, and control over what is connected to the lines. */
export interface MemoryGpio extends DeviceCalls {
  /** Connects a line from outside: to ground, to 3.3 V, or to nothing. */
  wire(gpio: number, level: 0 | 1 | undefined): void;
  /** Another program takes a line, or returns it. */
  take(gpio: number, consumer: string, direction?: 'input' | 'output'): void;
  giveBack(gpio: number): void;
  /** The present state of a line: `output 1`, `input pull-up debounce 5000`, … */
  describe(gpio: number): string;
  /** How many descriptors are open. */
  readonly openFiles: number;
}

export interface MemoryGpioOptions {
  /** Labels of the chips, by their paths. The header's lines are those of the chip with its label. */
  readonly chips?: ReadonlyMap<string, string>;
  /** Makes every `open` fail. */
  readonly openError?: string;
}

interface Line {
  consumer: string | undefined;
  isOutput: boolean;
  level: 0 | 1;
  wired: 0 | 1 | undefined;
  pull: 'pull-up' | 'pull-down' | 'floating' | 'as is';
  debounceUs: number;
  hasEdges: boolean;
  /** Unread edges, and how many of them are kept. */
  events: Uint8Array[];
  queue: number;
}

/** How many edges the kernel keeps for one line by default. */
const DEFAULT_QUEUE = 16;

type Opened = { readonly path: string } | { readonly gpio: number };

const PI_5_CHIPS: ReadonlyMap<string, string> = new Map([
  ['/dev/gpiochip10', 'gpio-brcmstb@107d508500'],
  ['/dev/gpiochip0', 'pinctrl-rp1'],
]);

/** The offsets of structure members in the kernel's linux/gpio.h; written down a second time, so that a mistake in the driver shows. */
const NR = {
  CHIPINFO: 0x01,
  LINEINFO: 0x05,
  GET_LINE: 0x07,
  SET_CONFIG: 0x0d,
  GET_VALUES: 0x0e,
  SET_VALUES: 0x0f,
};

export function createMemoryGpio({ chips = PI_5_CHIPS, openError }: MemoryGpioOptions = {}): MemoryGpio {
  const opened = new Map<number, Opened>();
  const lines = Array.from({ length: 54 }, newLine);
  let nextFd = 100;

  const lineAt = (gpio: number): Line => lines[gpio] ?? fail('EINVAL');
  const lineOf = (fd: number): Line => {
    const file = opened.get(fd) ?? fail('EBADF');
    return 'gpio' in file ? lineAt(file.gpio) : fail('ENOTTY');
  };
  const pathOf = (fd: number): string => {
    const file = opened.get(fd) ?? fail('EBADF');
    return 'path' in file ? file.path : fail('ENOTTY');
  };
  const openFile = (file: Opened): number => {
    opened.set(++nextFd, file);
    return nextFd;
  };
  const configure = (line: Line, config: DataView) => {
    const flags = config.getUint32(0, true);
    if (flags === 0) return;
    const isInput = (flags & 4) !== 0;
    if (isInput === ((flags & 8) !== 0)) fail('EINVAL');
    line.isOutput = !isInput;
    line.hasEdges = (flags & 48) === 48;
    line.pull =
      (flags & 256) !== 0
        ? 'pull-up'
        : (flags & 512) !== 0
          ? 'pull-down'
          : (flags & 1024) !== 0
            ? 'floating'
            : 'as is';
    line.debounceUs = 0;
    for (let index = 0; index < config.getUint32(8, true); index++) {
      const at = 32 + index * 24;
      if ((config.getUint32(at + 16, true) & 1) === 0) continue;
      const value = config.getUint32(at + 8, true);
      if (config.getUint32(at, true) === 3) line.debounceUs = value;
      if (config.getUint32(at, true) === 2) line.level = (value & 1) === 1 ? 1 : 0;
    }
  };
  const getLine = (view: DataView, bytes: Uint8Array) => {
    const gpio = view.getUint32(0, true);
    const line = lineAt(gpio);
    if (view.getUint32(560, true) !== 1) fail('EINVAL');
    if (line.consumer !== undefined) fail('EBUSY');
    configure(line, new DataView(bytes.buffer, bytes.byteOffset + 288, 272));
    line.consumer = textAt(bytes, 256);
    line.events = [];
    line.queue = view.getUint32(564, true) || DEFAULT_QUEUE;
    view.setInt32(588, openFile({ gpio }), true);
  };
  const lineInfo = (view: DataView, bytes: Uint8Array) => {
    const { consumer, isOutput } = lineAt(view.getUint32(64, true));
    bytes.set(new TextEncoder().encode(consumer ?? ''), 32);
    view.setUint32(72, Number(consumer !== undefined) | (isOutput ? 8 : 4), true);
  };

  const requests = new Map<number, (fd: number, view: DataView, bytes: Uint8Array) => void>([
    [NR.CHIPINFO, (fd, _, bytes) => bytes.set(new TextEncoder().encode(chips.get(pathOf(fd))), 32)],
    [
      NR.LINEINFO,
      (fd, view, bytes) => {
        pathOf(fd);
        lineInfo(view, bytes);
      },
    ],
    [
      NR.GET_LINE,
      (fd, view, bytes) => {
        pathOf(fd);
        getLine(view, bytes);
      },
    ],
    [NR.SET_CONFIG, (fd, view) => configure(lineOf(fd), view)],
    [NR.GET_VALUES, (fd, view) => view.setUint32(0, levelOf(lineOf(fd)), true)],
    [NR.SET_VALUES, (fd, view) => write(lineOf(fd), view.getUint32(0, true))],
  ]);

  return {
    get openFiles() {
      return opened.size;
    },
    wire(gpio, level) {
      const line = lineAt(gpio);
      const before = inputLevel(line);
      line.wired = level;
      const after = inputLevel(line);
      if (!line.hasEdges || after === before) return;
      line.events.push(eventOf(gpio, after));
      if (line.events.length > line.queue) line.events.shift();
    },
    take(gpio, consumer, direction = 'input') {
      Object.assign(lineAt(gpio), { consumer, isOutput: direction === 'output' });
    },
    giveBack(gpio) {
      lineAt(gpio).consumer = undefined;
    },
    describe(gpio) {
      const { isOutput, level, pull, debounceUs } = lineAt(gpio);
      if (isOutput) return `output ${level}`;
      return debounceUs === 0 ? `input ${pull}` : `input ${pull} debounce ${debounceUs}`;
    },
    list: () => [...chips.keys()],
    open(path) {
      if (openError) fail(openError);
      return chips.has(path) ? openFile({ path }) : fail('ENOENT');
    },
    ioctl(fd, request, bytes) {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      if (((request >>> 16) & 0x3fff) !== bytes.byteLength || ((request >>> 8) & 0xff) !== 0xb4)
        fail('ENOTTY');
      const carryOut = requests.get(request & 0xff) ?? fail('EINVAL');
      carryOut(fd, view, bytes);
    },
    setNonBlocking: (fd) => void lineOf(fd),
    read(fd, bytes) {
      const line = lineOf(fd);
      const taken = line.events.splice(0, Math.floor(bytes.length / 48));
      for (const [index, event] of taken.entries()) bytes.set(event, index * 48);
      return taken.length * 48;
    },
    close(fd) {
      const file = opened.get(fd) ?? fail('EBADF');
      if ('gpio' in file) Object.assign(lineAt(file.gpio), { consumer: undefined, hasEdges: false });
      opened.delete(fd);
    },
  };
}

function newLine(): Line {
  return {
    consumer: undefined,
    isOutput: false,
    level: 0,
    wired: undefined,
    pull: 'as is',
    debounceUs: 0,
    hasEdges: false,
    events: [],
    queue: DEFAULT_QUEUE,
  };
}

function levelOf(line: Line): 0 | 1 {
  return line.isOutput ? line.level : inputLevel(line);
}

function write(line: Line, value: number): void {
  if (!line.isOutput) fail('EPERM');
  line.level = (value & 1) === 1 ? 1 : 0;
}

function inputLevel({ wired, pull }: Line): 0 | 1 {
  return wired ?? (pull === 'pull-up' ? 1 : 0);
}

function eventOf(gpio: number, level: 0 | 1): Uint8Array {
  const bytes = new Uint8Array(48);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, process.hrtime.bigint(), true);
  view.setUint32(8, level === 1 ? 1 : 2, true);
  view.setUint32(12, gpio, true);
  return bytes;
}

function textAt(bytes: Uint8Array, start: number): string {
  return new TextDecoder().decode(bytes.subarray(start, start + 32)).split('\0')[0] ?? '';
}

function fail(code: string): never {
  throw Object.assign(new Error(code), { code });
}
