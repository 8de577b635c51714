import { findPwmChannels, type PwmChannel } from './pwm-channels.ts';
import type { SysfsFiles } from './sysfs-files.ts';

/** The PWM channels of GPIOs. They come and go with overlays, and may return under another chip number. */
export class ChannelFinder {
  readonly #files: SysfsFiles;
  #channels: readonly PwmChannel[];
  /** The search in progress. */
  #looking: Promise<void> | undefined;

  /** `channels` are the ones already found. */
  constructor(files: SysfsFiles, channels: readonly PwmChannel[]) {
    this.#files = files;
    this.#channels = channels;
  }

  /** The channel of a GPIO, as last found. */
  known(gpio: number): PwmChannel | undefined {
    return this.#channels.find((channel) => channel.gpio === gpio);
  }

  /** The channel of a GPIO; searches again if none is known. */
  async find(gpio: number): Promise<PwmChannel | undefined> {
    return this.known(gpio) ?? this.findAgain(gpio);
  }

  /** Searches again for the channel of a GPIO. */
  async findAgain(gpio: number): Promise<PwmChannel | undefined> {
    this.#looking ??= this.#look();
    await this.#looking;
    return this.known(gpio);
  }

  async #look(): Promise<void> {
    try {
      const { channels } = await findPwmChannels(this.#files);
      this.#channels = channels;
    } finally {
      this.#looking = undefined;
    }
  }
}
