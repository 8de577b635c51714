import { asyncScheduler, type Observable, of, type SchedulerLike } from 'rxjs';
import { HubError } from '../../../hub/core/error.ts';
import type { PinSource } from '../pin-source.ts';
import type { OutputPin, PinsHealth, PwmPin } from '../pins.ts';
import { ChannelFiles } from './channel-files.ts';
import { PwmOutputPin } from './output-pin.ts';
import type { PwmChannel } from './pwm-channels.ts';
import type { SysfsFiles } from './sysfs-files.ts';
import { SysfsPwmPin } from './sysfs-pwm-pin.ts';

export interface SysfsSourceOptions {
  /** How often pins that somebody observes are read, for what other programs do, milliseconds. Default 250. */
  readonly pollMs?: number;
  readonly scheduler?: SchedulerLike;
}

/** The files of a channel, and the GPIO that had them opened. */
interface Opened {
  readonly gpio: number;
  readonly files: Promise<ChannelFiles>;
}

/** The pins that have a PWM channel of the kernel. */
export class SysfsSource implements PinSource {
  /** The kernel does not go away. */
  readonly health$: Observable<PinsHealth> = of({ status: 'online' });
  readonly #files: SysfsFiles;
  readonly #channels: ReadonlyMap<number, PwmChannel>;
  readonly #options: Required<SysfsSourceOptions>;
  /** By chip and number. Files stay open after a release, for the next owner. */
  readonly #opened = new Map<string, Opened>();

  constructor(files: SysfsFiles, channels: readonly PwmChannel[], options: SysfsSourceOptions = {}) {
    this.#files = files;
    this.#channels = new Map(channels.map((channel) => [channel.gpio, channel]));
    this.#options = { pollMs: 250, scheduler: asyncScheduler, ...options };
  }

  pwm(gpio: number, onReleased: () => void): Promise<PwmPin> | undefined {
    const channel = this.#channels.get(gpio);
    return channel && this.#openPin(channel, onReleased);
  }

  /** By the same channels: the kernel gives a pin to one of its drivers, and that is PWM. */
  output(gpio: number, onReleased: () => void): Promise<OutputPin> | undefined {
    return this.pwm(gpio, onReleased)?.then((pin) => new PwmOutputPin(pin));
  }

  async close(): Promise<void> {
    const opened = [...this.#opened.values()];
    this.#opened.clear();
    await Promise.allSettled(opened.map(async ({ files }) => (await files).close()));
  }

  async #openPin(channel: PwmChannel, onReleased: () => void): Promise<PwmPin> {
    const files = await this.#open(channel);
    return SysfsPwmPin.create(channel, files, { ...this.#options, onReleased });
  }

  /** Opens a channel once. A failure is not remembered. */
  async #open(channel: PwmChannel): Promise<ChannelFiles> {
    const key = `${channel.chip}/${channel.number}`;
    const known = this.#opened.get(key);
    if (known && known.gpio !== channel.gpio) throw sharesChannel(channel.gpio, known.gpio);
    const files = known?.files ?? ChannelFiles.open(this.#files, channel, this.#options.scheduler);
    this.#opened.set(key, { gpio: channel.gpio, files });
    try {
      return await files;
    } catch (error) {
      this.#opened.delete(key);
      throw error;
    }
  }
}

function sharesChannel(gpio: number, other: number): HubError {
  return new HubError(
    'pin/in-use',
    `GPIO ${gpio} shares its PWM channel with GPIO ${other}, which was used first`,
  );
}
