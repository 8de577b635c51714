import type { Attribute, Entry, SysfsFiles } from '../../../../devices/pins/linux/sysfs-files.ts';

/** The rules of the kernel's PWM core: those of 6.1, or those of 6.12 and later. */
export type Generation = '6.1' | '6.12';

export interface ChannelState {
  readonly periodNs: number;
  readonly dutyNs: number;
  readonly isEnabled: boolean;
}

export interface MemoryChip {
  /** The name of the chip's folder: `pwmchip0`. */
  readonly name: string;
  readonly npwm: number;
  /** Properties of its node in the device tree. */
  readonly node: Readonly<Record<string, Uint8Array>>;
  /** Channels that the kernel has taken for itself. */
  readonly taken?: readonly number[];
}

export interface MemorySysfsOptions {
  readonly generation?: Generation;
  readonly chips: readonly MemoryChip[];
  /** Properties in the device tree, by path: `model`, `soc/gpio@7e200000/pwm_pins/phandle`. */
  readonly tree?: Readonly<Record<string, Uint8Array>>;
  /** Makes every write to `export` fail. */
  readonly exportError?: string;
  /** Makes the next write to `export` fail with what it returns. */
  readonly exportFault?: () => string | undefined;
  /** How many times each attribute of a new channel cannot be opened yet, as udev has not run. */
  readonly deniedOpens?: number;
  /** Makes attributes fail to open, by name, with an error's code. */
  readonly openErrors?: Readonly<Record<string, string>>;
}

/** An accepted write, and the state of the channel after it. */
export interface Write {
  readonly line: string;
  readonly state: ChannelState;
}

/**
 * A /sys in memory with the rules of the kernel's PWM core, as observed with Debian's kernels 6.1, 6.12 and 7.3
 * in an emulated machine. `write` is also how another program exports a channel, or changes it.
 */
export interface MemorySysfs extends SysfsFiles {
  /** All accepted writes to attributes, in order. */
  readonly writes: Write[];
  /** All refused writes: `period 0: Error: EINVAL`. */
  readonly refusals: string[];
  /** Exported channels, as `pwmchip0/0`. */
  readonly exported: readonly string[];
  /** How many attributes are open. */
  readonly openFiles: number;
  state(channel: string): ChannelState;
  /** Removes a channel, as another program does by unexporting it: open files stay dead. */
  remove(channel: string): void;
  /** Adds a chip, like an overlay that is added at run time. */
  plug(chip: MemoryChip): void;
  /** Removes a chip with its channels, like the removal of its overlay. */
  unplug(name: string): void;
  /** Makes all attributes of this name read as a text, or fail with an error's code. */
  corrupt(name: string, fault: { readonly text?: string; readonly errno?: string }): void;
  /** Does something just before the driver's next write. */
  beforeNextWrite(action: () => Promise<void>): void;
}

const TREE = '/sys/firmware/devicetree/base';
const CLASS = '/sys/class/pwm';
const UNUSED: ChannelState = { periodNs: 0, dutyNs: 0, isEnabled: false };

/** A property that holds texts. */
export function texts(...all: string[]): Uint8Array {
  return new TextEncoder().encode(all.map((text) => `${text}\0`).join(''));
}

/** A property that holds cells. */
export function cells(...all: number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(all.length * 4));
  for (const [index, cell] of all.entries()) view.setUint32(index * 4, cell);
  return new Uint8Array(view.buffer);
}

export function createMemorySysfs(options: MemorySysfsOptions): MemorySysfs {
  const { generation = '6.12', exportError, exportFault, deniedOpens = 0, openErrors = {} } = options;
  const chips = [...options.chips];
  let properties = propertiesOf({ ...options, chips });
  const channels = new Map<string, ChannelState>();
  const denials = new Map<string, number>();
  /** How often each channel was removed. */
  const removals = new Map<string, number>();
  const corrupted = new Map<string, { readonly text?: string; readonly errno?: string }>();
  const writes: Write[] = [];
  const refusals: string[] = [];
  let openFiles = 0;
  let intrude: (() => Promise<void>) | undefined;

  const exportChannel = (chip: MemoryChip, text: string) => {
    const fault = exportError ?? exportFault?.();
    if (fault !== undefined) throw kernelError(fault);
    const number = parse(text);
    const channel = `${chip.name}/${number}`;
    if (number >= chip.npwm) throw kernelError('ENODEV');
    if (chip.taken?.includes(number) || channels.has(channel)) throw kernelError('EBUSY');
    channels.set(channel, UNUSED);
  };

  const change = ({ channel, name }: Place, text: string) => {
    const line = `${name} ${text}`;
    try {
      const state = changed(channels.get(channel) ?? absent(), name, parse(text), generation);
      channels.set(channel, state);
      writes.push({ line, state });
    } catch (error) {
      refusals.push(`${line}: ${String(error)}`);
      throw error;
    }
  };

  const attributeAt = (place: Place): Attribute => {
    const removed = removals.get(place.channel);
    const assertThere = () => {
      if (removals.get(place.channel) !== removed) throw kernelError('ENODEV');
    };
    return {
      async read() {
        assertThere();
        const { text, errno } = corrupted.get(place.name) ?? {};
        if (errno !== undefined) throw kernelError(errno);
        return text ?? printed(channels.get(place.channel) ?? UNUSED, place.name);
      },
      async write(text) {
        const intrusion = intrude;
        intrude = undefined;
        await intrusion?.();
        assertThere();
        change(place, text);
      },
      close: async () => {
        openFiles--;
      },
    };
  };

  const remove = (channel: string) => {
    channels.delete(channel);
    removals.set(channel, (removals.get(channel) ?? 0) + 1);
  };

  return {
    writes,
    refusals,
    get exported() {
      return [...channels.keys()];
    },
    get openFiles() {
      return openFiles;
    },
    state: (channel) => channels.get(channel) ?? UNUSED,
    remove,
    plug(chip) {
      chips.push(chip);
      properties = propertiesOf({ ...options, chips });
    },
    unplug(name) {
      const isOfChip = (channel: string) => channel.startsWith(`${name}/`);
      for (const channel of [...channels.keys()].filter(isOfChip)) remove(channel);
      chips.splice(0, Infinity, ...chips.filter((chip) => chip.name !== name));
      properties = propertiesOf({ ...options, chips });
    },
    corrupt(name, fault) {
      corrupted.set(name, fault);
    },
    beforeNextWrite(action) {
      intrude = action;
    },
    async read(path) {
      const place = placeOf(path);
      const state = place && channels.get(place.channel);
      if (state) return new TextEncoder().encode(`${printed(state, place.name)}\n`);
      return properties.get(path) ?? absent();
    },
    async list(path) {
      if (path === CLASS) return chips.map(({ name }) => ({ name, isFolder: false }));
      const place = placeOf(`${path}/`);
      if (place) return channels.has(place.channel) ? [] : absent();
      return childrenOf(path, [...properties.keys()]);
    },
    async open(path) {
      const place = placeOf(path);
      if (!place || !channels.has(place.channel)) return absent();
      const denied = denials.get(path) ?? 0;
      denials.set(path, denied + 1);
      if (denied < deniedOpens) throw kernelError('EACCES');
      if (openErrors[place.name] !== undefined) throw kernelError(openErrors[place.name] ?? '');
      openFiles++;
      return attributeAt(place);
    },
    async write(path, text) {
      const chip = chips.find(({ name }) => path === `${CLASS}/${name}/export`);
      if (chip) exportChannel(chip, text);
      else if (path.endsWith('/export')) absent();
      else change(placeOf(path) ?? absent(), text);
    },
  };
}

function propertiesOf({ chips, tree = {} }: MemorySysfsOptions): Map<string, Uint8Array> {
  const ofTree = Object.entries(tree).map(([path, bytes]) => [`${TREE}/${path}`, bytes] as const);
  const ofChips = chips.flatMap(({ name: chip, node }) =>
    Object.entries(node).map(([name, bytes]) => [`${CLASS}/${chip}/device/of_node/${name}`, bytes] as const),
  );
  return new Map([...ofTree, ...ofChips]);
}

/** An attribute of a channel. */
interface Place {
  /** `pwmchip0/1`. */
  readonly channel: string;
  /** `period`; empty for the channel's folder. */
  readonly name: string;
}

function placeOf(path: string): Place | undefined {
  const [, chip, number, name = ''] = /^\/sys\/class\/pwm\/(pwmchip\d+)\/pwm(\d+)\/(\w*)$/.exec(path) ?? [];
  return chip === undefined ? undefined : { channel: `${chip}/${number}`, name };
}

function childrenOf(folder: string, paths: readonly string[]): Entry[] {
  const below = paths.filter((path) => path.startsWith(`${folder}/`));
  const rest = below.map((path) => path.slice(folder.length + 1));
  const names = [...new Set(rest.map((path) => path.split('/')[0] ?? ''))];
  return names.length === 0 ? absent() : names.map((name) => ({ name, isFolder: !rest.includes(name) }));
}

function kernelError(code: string): Error {
  return Object.assign(new Error(code), { code });
}

function absent(): never {
  throw kernelError('ENOENT');
}

function parse(text: string): number {
  if (!/^(0x[\da-f]+|\d+)$/i.test(text)) throw kernelError('EINVAL');
  return Number(text);
}

function printed({ periodNs, dutyNs, isEnabled }: ChannelState, name: string): string {
  return name === 'enable' ? String(Number(isEnabled)) : String(name === 'period' ? periodNs : dutyNs);
}

/** The limits of a PWM block at 50 MHz. The driver rounds a period to clocks of 20 ns: at least 2, and less than 2^32 of them. */
const MIN_PERIOD_NS = 1.5 * 20;
const MAX_PERIOD_NS = (2 ** 32 - 0.5) * 20 - 1;

/** A channel after a write. Throws `EINVAL` as the kernel of that generation does. */
function changed(before: ChannelState, name: string, value: number, generation: Generation): ChannelState {
  const after = { ...before, ...meaningOf(name, value) };
  // 6.1 checks every state; later kernels check only a channel that is enabled.
  const isChecked = after.isEnabled || generation === '6.1';
  if (isChecked && (after.periodNs === 0 || after.dutyNs > after.periodNs)) throw kernelError('EINVAL');
  // The driver is not asked if nothing changes.
  if (isSame(after, before)) return before;
  if (after.periodNs < MIN_PERIOD_NS || after.periodNs > MAX_PERIOD_NS) throw kernelError('EINVAL');
  return after;
}

function isSame(one: ChannelState, other: ChannelState): boolean {
  return one.periodNs === other.periodNs && one.dutyNs === other.dutyNs && one.isEnabled === other.isEnabled;
}

function meaningOf(name: string, value: number): Partial<ChannelState> {
  if (name === 'period') return { periodNs: value };
  if (name === 'duty_cycle') return { dutyNs: value };
  if (name !== 'enable') return absent();
  if (value > 1) throw kernelError('EINVAL');
  return { isEnabled: value === 1 };
}
