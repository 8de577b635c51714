import { firstValueFrom, type SchedulerLike, timer } from 'rxjs';
import { HubError, toHubError } from '../../../hub/core/error.ts';
import { errnoOf } from '../errno.ts';
import { JOIN_GROUP } from '../permission.ts';
import type { PinsHealth } from '../pins.ts';
import type { PwmChannel } from './pwm-channels.ts';
import { type PwmTiming, parseNs } from './pwm-timing.ts';
import { type Attribute, listIfThere, type SysfsFiles } from './sysfs-files.ts';

/** How long udev may take to give a new channel to the group gpio, and how often to check, milliseconds. */
const UDEV_MS = 10_000;
const LOOK_MS = 50;

/** The attributes `period`, `duty_cycle` and `enable` of a channel. */
type Attributes = readonly [period: Attribute, duty: Attribute, enable: Attribute];

export interface ChannelSetting {
  readonly files: SysfsFiles;
  readonly scheduler: SchedulerLike;
  /** Resolves to the current channel of the same GPIO. Rejects if it has none. */
  readonly findAgain: () => Promise<PwmChannel>;
  /** Called when the channel is lost, and when it is back. */
  readonly onHealth: (health: PinsHealth) => void;
}

/** The files of one exported channel. They stay open, so a change costs three writes at most. */
export class ChannelFiles {
  readonly #setting: ChannelSetting;
  #channel: PwmChannel;
  #attributes: Attributes;
  #isGone = false;
  #isClosed = false;

  private constructor(setting: ChannelSetting, channel: PwmChannel, attributes: Attributes) {
    this.#setting = setting;
    this.#channel = channel;
    this.#attributes = attributes;
  }

  /** Exports a channel, or takes it over from another program. Rejects with `pin/in-use` or `driver/unavailable`. */
  static async open(channel: PwmChannel, setting: ChannelSetting): Promise<ChannelFiles> {
    return new ChannelFiles(setting, channel, await openAttributes(channel, setting));
  }

  /** The channel that the files belong to now. */
  get channel(): PwmChannel {
    return this.#channel;
  }

  async read(): Promise<PwmTiming> {
    const texts = this.#attributes.map((attribute) => attribute.read());
    const [period = '', duty = '', enable] = await Promise.all(texts);
    return { periodNs: parseNs(period), dutyNs: parseNs(duty), isEnabled: enable === '1' };
  }

  /**
   * Runs `action` on the files. If they are dead, because another program unexported the channel or its overlay was removed, the channel is
   * found and exported again, `restore` sets its old state, and `action` runs again. Rejects with the kernel's error, or as `open` does.
   */
  async revived<T>(action: () => Promise<T>, restore: () => Promise<unknown> = async () => {}): Promise<T> {
    const result = await this.#revived(action, restore);
    if (this.#isGone) this.#note({ status: 'online' });
    return result;
  }

  /** Applies a timing without a dark moment. Rejects with the kernel's error. */
  async apply(wanted: PwmTiming): Promise<void> {
    try {
      await this.#apply(wanted);
    } catch (error) {
      // Another program may have changed the channel between our read and our write.
      if (errnoOf(error) !== 'EINVAL') throw error;
      await this.#apply(wanted);
    }
  }

  /** Closes only the files. Unexporting the channel would turn its light off on some kernels. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await closeAll(this.#attributes);
  }

  async #revived<T>(action: () => Promise<T>, restore: () => Promise<unknown>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      if (errnoOf(error) !== 'ENODEV' || this.#isClosed) throw error;
    }
    try {
      await this.#reopen();
    } catch (error) {
      this.#note({ status: 'offline', reason: toHubError(error).message });
      throw error;
    }
    await restore();
    return action();
  }

  #note(health: PinsHealth): void {
    this.#isGone = health.status === 'offline';
    this.#setting.onHealth(health);
  }

  async #reopen(): Promise<void> {
    const dead = this.#attributes;
    const channel = await this.#setting.findAgain();
    const fresh = await openAttributes(channel, this.#setting);
    if (this.#isClosed) {
      await closeAll(fresh);
      throw new HubError('driver/unavailable', 'the driver was closed');
    }
    this.#channel = channel;
    this.#attributes = fresh;
    await closeAll(dead);
  }

  /** The order matters: the kernel refuses a duty longer than the period, and old kernels refuse everything before the first period. */
  async #apply({ periodNs, dutyNs }: PwmTiming): Promise<void> {
    const present = await this.read();
    const [periodFile, dutyFile, enableFile] = this.#attributes;
    const period = [periodFile, present.periodNs, periodNs] as const;
    const duty = [dutyFile, present.dutyNs, dutyNs] as const;
    const order = periodNs >= present.periodNs ? [period, duty] : [duty, period];
    for (const [attribute, before, after] of order) {
      if (before !== after) await attribute.write(String(after));
    }
    if (!present.isEnabled) await enableFile.write('1');
  }
}

async function openAttributes(
  channel: PwmChannel,
  { files, scheduler }: Pick<ChannelSetting, 'files' | 'scheduler'>,
): Promise<Attributes> {
  const folder = `${channel.chip}/pwm${channel.number}`;
  if (!(await exists(files, folder))) await exportChannel(files, channel, folder);
  // A PWM block and a timer have registers; the PIO is another processor that answers messages, perhaps slowly.
  const isPrompt = channel.kind !== 'pio';
  const attempt = (path: string) => files.open(path, { isPrompt });
  const opened: Attribute[] = [];
  const open = async (name: string) => {
    const attribute = await openWhenPermitted(attempt, `${folder}/${name}`, scheduler);
    opened.push(attribute);
    return attribute;
  };
  try {
    return [await open('period'), await open('duty_cycle'), await open('enable')];
  } catch (error) {
    await closeAll(opened);
    throw error;
  }
}

async function closeAll(attributes: readonly Attribute[]): Promise<void> {
  await Promise.all(attributes.map((attribute) => attribute.close()));
}

async function exists(files: SysfsFiles, folder: string): Promise<boolean> {
  return (await listIfThere(files, folder)) !== undefined;
}

async function exportChannel(
  files: SysfsFiles,
  { chip, number, gpio }: PwmChannel,
  folder: string,
): Promise<void> {
  try {
    await files.write(`${chip}/export`, String(number));
  } catch (cause) {
    // Another program exported it first. sysfs has no owners, so both use the same channel.
    if (errnoOf(cause) === 'EBUSY' && (await exists(files, folder))) return;
    throw refusalOf(cause, `${chip}/export`, gpio);
  }
}

function refusalOf(cause: unknown, path: string, gpio: number): HubError {
  const errno = errnoOf(cause);
  if (errno === 'EACCES' || errno === 'EPERM') return notPermitted(path, cause);
  if (errno === 'EBUSY') {
    const user = 'the kernel itself uses its PWM channel (audio, a fan or a backlight)';
    return new HubError('pin/in-use', `GPIO ${gpio} is in use: ${user}`, { cause });
  }
  if (errno === 'EROFS') {
    const reason = '/sys is read-only here, as it is in a container';
    return new HubError('driver/unavailable', `${path} cannot be written: ${reason}`, { cause });
  }
  return new HubError('driver/failed', `${path} refused GPIO ${gpio} with ${errno ?? String(cause)}`, {
    cause,
  });
}

function notPermitted(path: string, cause: unknown): HubError {
  return new HubError('driver/unavailable', `this user may not write ${path}; ${JOIN_GROUP}`, { cause });
}

/** Waits for permission, because the files of a new channel belong to root until udev has run. */
async function openWhenPermitted(
  open: (path: string) => Promise<Attribute>,
  path: string,
  scheduler: SchedulerLike,
): Promise<Attribute> {
  const deadline = scheduler.now() + UDEV_MS;
  for (;;) {
    try {
      return await open(path);
    } catch (cause) {
      if (!isTransient(cause)) throw cannotOpen(path, cause);
      if (scheduler.now() >= deadline) {
        throw errnoOf(cause) === 'ENOENT' ? cannotOpen(path, cause) : notPermitted(path, cause);
      }
    }
    await firstValueFrom(timer(LOOK_MS, scheduler));
  }
}

function cannotOpen(path: string, cause: unknown): HubError {
  const reason = errnoOf(cause) ?? String(cause);
  return new HubError('driver/unavailable', `cannot open ${path}: ${reason}`, { cause });
}

function isTransient(error: unknown): boolean {
  return ['EACCES', 'EPERM', 'ENOENT'].includes(errnoOf(error) ?? '');
}
