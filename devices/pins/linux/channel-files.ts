import { firstValueFrom, type SchedulerLike, timer } from 'rxjs';
import { HubError } from '../../../hub/core/error.ts';
import { errnoOf } from '../errno.ts';
import type { PwmChannel } from './pwm-channels.ts';
import type { PwmTiming } from './pwm-timing.ts';
import type { Attribute, SysfsFiles } from './sysfs-files.ts';

/** How long udev may take to hand a new channel to the group gpio, and how often to look, milliseconds. */
const UDEV_MS = 10_000;
const LOOK_MS = 50;

/** The files of one exported channel. They stay open, so that a change is three writes at most. */
export class ChannelFiles {
  readonly #period: Attribute;
  readonly #duty: Attribute;
  readonly #enable: Attribute;

  private constructor(period: Attribute, duty: Attribute, enable: Attribute) {
    this.#period = period;
    this.#duty = duty;
    this.#enable = enable;
  }

  /** Exports a channel, or takes it over from another program. Rejects with `pin/in-use` or `driver/unavailable`. */
  static async open(files: SysfsFiles, channel: PwmChannel, scheduler: SchedulerLike): Promise<ChannelFiles> {
    const folder = `${channel.chip}/pwm${channel.number}`;
    if (!(await exists(files, folder))) await exportChannel(files, channel, folder);
    // A block and a timer have registers; the PIO is another processor, which is asked by messages and may be slow to answer.
    const isPrompt = channel.kind !== 'pio';
    const attempt = (path: string) => files.open(path, { isPrompt });
    const opened: Attribute[] = [];
    const open = async (name: string) => {
      const attribute = await openWhenPermitted(attempt, `${folder}/${name}`, scheduler);
      opened.push(attribute);
      return attribute;
    };
    try {
      return new ChannelFiles(await open('period'), await open('duty_cycle'), await open('enable'));
    } catch (error) {
      await Promise.all(opened.map((attribute) => attribute.close()));
      throw error;
    }
  }

  async read(): Promise<PwmTiming> {
    const attributes = [this.#period, this.#duty, this.#enable];
    const [period, duty, enable] = await Promise.all(attributes.map((attribute) => attribute.read()));
    return { periodNs: Number(period), dutyNs: Number(duty), isEnabled: enable === '1' };
  }

  /** Makes the channel do what is wanted, without a dark moment. Rejects with the kernel's error. */
  async apply(wanted: PwmTiming): Promise<void> {
    try {
      await this.#apply(wanted);
    } catch (error) {
      // Another program may have changed the channel between our reading and our writing.
      if (errnoOf(error) !== 'EINVAL') throw error;
      await this.#apply(wanted);
    }
  }

  /** Closes the files only. To unexport the channel would end its light with some kernels. */
  async close(): Promise<void> {
    await Promise.all([this.#period.close(), this.#duty.close(), this.#enable.close()]);
  }

  /** The kernel refuses a duty that is longer than the period; old kernels refuse everything before the first period. */
  async #apply({ periodNs, dutyNs }: PwmTiming): Promise<void> {
    const present = await this.read();
    const period = [this.#period, present.periodNs, periodNs] as const;
    const duty = [this.#duty, present.dutyNs, dutyNs] as const;
    const order = periodNs >= present.periodNs ? [period, duty] : [duty, period];
    for (const [attribute, before, after] of order) {
      if (before !== after) await attribute.write(String(after));
    }
    if (!present.isEnabled) await this.#enable.write('1');
  }
}

async function exists(files: SysfsFiles, folder: string): Promise<boolean> {
  return files.list(folder).then(
    () => true,
    () => false,
  );
}

async function exportChannel(
  files: SysfsFiles,
  { chip, number, gpio }: PwmChannel,
  folder: string,
): Promise<void> {
  try {
    await files.write(`${chip}/export`, String(number));
  } catch (cause) {
    // Another program was faster: sysfs has no owners, and it is the same channel for both.
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
  const remedy =
    '"sudo usermod -aG gpio $USER" and a new login permit it on Raspberry Pi OS; elsewhere only root may';
  return new HubError('driver/unavailable', `this user may not write ${path}; ${remedy}`, { cause });
}

/** The files of a new channel belong to root until udev has run. */
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
      if (!isTransient(cause)) throw new HubError('driver/unavailable', `cannot open ${path}`, { cause });
      if (scheduler.now() >= deadline) throw notPermitted(path, cause);
    }
    await firstValueFrom(timer(LOOK_MS, scheduler));
  }
}

function isTransient(error: unknown): boolean {
  return ['EACCES', 'EPERM', 'ENOENT'].includes(errnoOf(error) ?? '');
}
