import { asyncScheduler, type SchedulerLike } from 'rxjs';
import { HubError } from '../../../hub/core/error.ts';
import type { PwmPin } from '../pins.ts';
import { ChannelFiles } from './channel-files.ts';
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
export class SysfsSource {
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

  /** Whether the pin has a channel. */
  hasOutput(gpio: number): boolean {
    return this.#channels.has(gpio);
  }

  /** Opens the pin's channel. Rejects with `pin/in-use`, `driver/unavailable` or `driver/failed`. `onReleased` is called once. */
  async output(gpio: number, onReleased: () => void): Promise<PwmPin> {
    const channel = this.#channels.get(gpio);
    if (!channel) throw new HubError('pin/unsupported', `GPIO ${gpio} has no PWM channel`);
    const files = await this.#open(channel);
    return SysfsPwmPin.create(channel, files, { ...this.#options, onReleased });
  }

  async close(): Promise<void> {
    const opened = [...this.#opened.values()];
    this.#opened.clear();
    await Promise.allSettled(opened.map(async ({ files }) => (await files).close()));
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
