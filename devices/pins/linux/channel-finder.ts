import { findPwmChannels, type PwmChannel } from './pwm-channels.ts';
import type { SysfsFiles } from './sysfs-files.ts';

/** The channels that lead to GPIOs. They come and go with overlays, and may come back under another chip's number. */
export class ChannelFinder {
  readonly #files: SysfsFiles;
  #channels: readonly PwmChannel[];
  /** The look that is under way. */
  #looking: Promise<void> | undefined;

  /** `channels` are those that have been found already. */
  constructor(files: SysfsFiles, channels: readonly PwmChannel[]) {
    this.#files = files;
    this.#channels = channels;
  }

  /** The channel of a GPIO, as it was last found. */
  known(gpio: number): PwmChannel | undefined {
    return this.#channels.find((channel) => channel.gpio === gpio);
  }

  /** The channel of a GPIO; looks again if none is known. */
  async find(gpio: number): Promise<PwmChannel | undefined> {
    return this.known(gpio) ?? this.findAgain(gpio);
  }

  /** The channel that a GPIO has now. */
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
