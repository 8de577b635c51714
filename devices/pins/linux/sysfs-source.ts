import { asyncScheduler, type Observable, of, type SchedulerLike } from 'rxjs';
import { HubError } from '../../../hub/core/error.ts';
import type { PinSource } from '../pin-source.ts';
import type { OutputPin, PinsHealth, PwmPin } from '../pins.ts';
import { ChannelFiles } from './channel-files.ts';
import { ChannelFinder } from './channel-finder.ts';
import { ChannelHealth } from './channel-health.ts';
import { PwmOutputPin } from './output-pin.ts';
import type { PwmChannel } from './pwm-channels.ts';
import type { SysfsFiles } from './sysfs-files.ts';
import { SysfsPwmPin } from './sysfs-pwm-pin.ts';

export interface SysfsSourceOptions {
  /** How often observed pins are read to notice changes by other programs, milliseconds. Default 250. */
  readonly pollMs?: number;
  readonly scheduler?: SchedulerLike;
}

/** The pins with a PWM channel of the kernel. */
export class SysfsSource implements PinSource {
  /** Always online: the kernel does not go away. */
  readonly health$: Observable<PinsHealth> = of({ status: 'online' });
  readonly #files: SysfsFiles;
  readonly #finder: ChannelFinder;
  readonly #options: Required<SysfsSourceOptions>;
  /** Open files by GPIO. They stay open after a release, for the next owner. */
  readonly #opened = new Map<number, Promise<ChannelFiles>>();
  readonly #health = new Map<number, ChannelHealth>();

  constructor(files: SysfsFiles, channels: readonly PwmChannel[], options: SysfsSourceOptions = {}) {
    this.#files = files;
    this.#finder = new ChannelFinder(files, channels);
    this.#options = { pollMs: 250, scheduler: asyncScheduler, ...options };
  }

  /** Offline while the pin's channel is lost, or was requested and is missing. */
  healthOf(gpio: number): Observable<PinsHealth> {
    return this.#healthOf(gpio).health$;
  }

  async pwm(gpio: number, onReleased: () => void): Promise<PwmPin | undefined> {
    const channel = await this.#finder.find(gpio);
    if (!channel) {
      this.#healthOf(gpio).miss();
      return undefined;
    }
    const files = await this.#open(channel);
    return SysfsPwmPin.create(files, { ...this.#options, onReleased });
  }

  /** Uses the same channels: the kernel has given the pin to the PWM driver, so no other driver can have it. */
  async output(gpio: number, onReleased: () => void): Promise<OutputPin | undefined> {
    const pin = await this.pwm(gpio, onReleased);
    return pin && new PwmOutputPin(pin);
  }

  async close(): Promise<void> {
    const opened = [...this.#opened.values()];
    this.#opened.clear();
    await Promise.allSettled(opened.map(async (files) => (await files).close()));
  }

  /** Opens a channel once. After a failure the next call tries again. */
  async #open(channel: PwmChannel): Promise<ChannelFiles> {
    const { gpio } = channel;
    const other = [...this.#opened.keys()].find((each) => each !== gpio && this.#isAt(each, channel));
    if (other !== undefined) throw sharesChannel(gpio, other);
    const files = this.#opened.get(gpio) ?? this.#openFiles(channel);
    this.#opened.set(gpio, files);
    try {
      return await files;
    } catch (error) {
      this.#opened.delete(gpio);
      throw error;
    }
  }

  #openFiles(channel: PwmChannel): Promise<ChannelFiles> {
    const { gpio } = channel;
    return ChannelFiles.open(channel, {
      files: this.#files,
      scheduler: this.#options.scheduler,
      findAgain: async () => (await this.#finder.findAgain(gpio)) ?? missing(gpio),
      onHealth: (health) => this.#healthOf(gpio).note(health),
    });
  }

  #isAt(gpio: number, { chip, number }: PwmChannel): boolean {
    const channel = this.#finder.known(gpio);
    return channel?.chip === chip && channel.number === number;
  }

  #healthOf(gpio: number): ChannelHealth {
    const find = async () => (await this.#finder.findAgain(gpio)) !== undefined;
    const health = this.#health.get(gpio) ?? new ChannelHealth(gpio, find, this.#options.scheduler);
    this.#health.set(gpio, health);
    return health;
  }
}

function missing(gpio: number): never {
  const reason = `GPIO ${gpio} no longer has a PWM channel; its overlay was removed`;
  throw new HubError('driver/unavailable', reason);
}

function sharesChannel(gpio: number, other: number): HubError {
  return new HubError(
    'pin/in-use',
    `GPIO ${gpio} shares its PWM channel with GPIO ${other}, which was used first`,
  );
}
