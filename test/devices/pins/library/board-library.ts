import { EventEmitter } from 'node:events';
import type { LibraryGpio, PigpioLibrary } from '../../../../devices/pins/library/library.ts';
import type { Board } from '../../../../simulator/board/board.ts';
import { MODES } from '../../../../simulator/board/mode.ts';

const PULLS = ['none', 'down', 'up'] as const;

/** The npm package `pigpio` on a virtual board: its methods, and the errors that it throws. */
export function createBoardLibrary(board: Board): PigpioLibrary & { isTerminated: boolean } {
  class BoardGpio extends EventEmitter implements LibraryGpio {
    readonly gpio: number;
    #watch: { close(): void } | undefined;

    constructor(gpio: number) {
      super();
      this.gpio = gpio;
    }

    mode(mode: number) {
      const known = MODES[mode];
      if (known === undefined) throw new Error('pigpio error -4 in gpioSetMode');
      board.setMode(this.gpio, known);
      return this;
    }

    getMode() {
      return MODES.indexOf(board.mode(this.gpio));
    }

    pullUpDown(pull: number) {
      board.setPull(this.gpio, PULLS[pull] ?? 'none');
      return this;
    }

    digitalRead() {
      return board.level(this.gpio);
    }

    digitalWrite(level: number) {
      board.write(this.gpio, level === 1 ? 1 : 0);
      return this;
    }

    pwmWrite(duty: number) {
      if (duty > board.range(this.gpio)) throw new Error('pigpio error -8 in gpioPWM');
      board.setDutycycle(this.gpio, duty);
      return this;
    }

    getPwmDutyCycle() {
      const duty = board.dutycycle(this.gpio);
      if (duty === undefined) throw new Error('pigpio error -92 in gpioGetPWMdutycycle');
      return duty;
    }

    pwmRange(range: number) {
      if (range < 25 || range > 40_000) throw new Error('pigpio error -21 in gpioSetPWMrange');
      board.setRange(this.gpio, range);
      return this;
    }

    getPwmRange() {
      return board.range(this.gpio);
    }

    getPwmRealRange() {
      return board.realRange(this.gpio);
    }

    pwmFrequency(frequencyHz: number) {
      board.setFrequency(this.gpio, frequencyHz);
      return this;
    }

    getPwmFrequency() {
      return board.frequency(this.gpio);
    }

    getServoPulseWidth() {
      const pulseUs = board.pulse(this.gpio);
      if (pulseUs === undefined) throw new Error('pigpio error -93 in gpioGetServoPulsewidth');
      return pulseUs;
    }

    glitchFilter(steadyUs: number) {
      board.monitor.setFilters(this.gpio, { glitchSteadyUs: steadyUs });
      return this;
    }

    enableAlert() {
      let level = board.level(this.gpio);
      const watch = board.monitor.watch(({ samples }) => {
        for (const { us, levels } of samples) {
          const next = (levels >>> this.gpio) & 1 ? 1 : 0;
          if (next !== level) this.emit('alert', next, us);
          level = next;
        }
      });
      watch.bits = 1 << this.gpio;
      this.#watch = watch;
      return this;
    }

    disableAlert() {
      this.#watch?.close();
      return this;
    }
  }

  const library = {
    Gpio: BoardGpio,
    GpioBank: class {
      read() {
        return board.levels(0);
      }
    },
    getTick: () => board.tick(),
    isTerminated: false,
    terminate() {
      library.isTerminated = true;
    },
  };
  return library;
}
