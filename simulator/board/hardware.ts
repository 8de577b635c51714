import { HubError } from '../../hub/core/error.ts';
import { type Channel, clockChannel, pwmChannel, STOPPED } from './channel.ts';
import type { Chip } from './chip.ts';
import { clockPeripheral, type Peripheral, peripheralIn, pwmPeripheral } from './peripheral.ts';
import type { Pin } from './pin.ts';
import type { PinHost } from './pin-host.ts';

/** The hardware PWM channels and the clocks. Pins that are switched to the same one share it. */
export class Hardware {
  readonly #host: PinHost;
  readonly #chip: Chip;
  readonly #channels = new Map<string, Channel>();

  constructor(host: PinHost, chip: Chip) {
    this.#host = host;
    this.#chip = chip;
  }

  /** The peripheral that a pin is connected to in its mode, `undefined` if that is neither PWM nor a clock. */
  connectedTo({ gpio, mode }: Pin): Channel | undefined {
    const peripheral = peripheralIn(gpio, mode);
    return peripheral && (this.#channels.get(nameOf(peripheral)) ?? STOPPED);
  }

  /** The peripheral that a pin was assigned to by pigpio's own records. */
  owning(pin: Pin): Channel | undefined {
    const isOwned = pin.function === 'hardware-pwm' || pin.function === 'clock';
    return isOwned ? this.connectedTo(pin) : undefined;
  }

  /** Sets the hardware PWM of a pin's channel; a frequency of 0 stops it. Throws `pin/unsupported`. */
  setPwm(pin: Pin, frequencyHz: number, dutycycle: number): void {
    const peripheral = pwmPeripheral(pin.gpio) ?? unsupported(pin, 'hardware PWM');
    this.#set(pin, peripheral, frequencyHz > 0 ? pwmChannel(this.#chip, frequencyHz, dutycycle) : STOPPED);
  }

  /** Sets the hardware clock of a pin; a frequency of 0 stops it. Throws `pin/unsupported`. */
  setClock(pin: Pin, frequencyHz: number): void {
    const peripheral = clockPeripheral(pin.gpio) ?? unsupported(pin, 'hardware clock');
    this.#set(pin, peripheral, frequencyHz > 0 ? clockChannel(this.#chip, frequencyHz) : STOPPED);
  }

  /** Stops PWM on all pins. */
  stopPwm(): void {
    for (const pin of this.#host.pins) if (pin.function === 'hardware-pwm') this.setPwm(pin, 0, 0);
  }

  #set(pin: Pin, peripheral: Peripheral, channel: Channel): void {
    const isStop = channel === STOPPED;
    if (isStop && pin.function !== peripheral.kind) return;
    const now = this.#host.settle();
    this.#channels.set(nameOf(peripheral), channel);
    if (isStop) pin.function = 'none';
    else pin.handOver(peripheral.kind, peripheral.mode, now);
    for (const each of this.#host.pins) {
      const present = peripheralIn(each.gpio, each.mode);
      if (present && nameOf(present) === nameOf(peripheral)) this.#host.changed(each, now);
    }
  }
}

function nameOf({ kind, channel }: Peripheral): string {
  return `${kind} ${channel}`;
}

function unsupported({ gpio }: Pin, what: string): never {
  throw new HubError('pin/unsupported', `GPIO ${gpio} has no ${what}`);
}
