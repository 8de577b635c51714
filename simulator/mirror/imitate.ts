import type { Board } from '../board/board.ts';
import { HARDWARE_RANGE } from '../board/channel.ts';
import { isSteady, type Light } from './light.ts';

/** Sets a light on a GPIO of the board as exactly as pigpio could, by the kind of command that the pin uses now: hardware PWM, a level, or PWM. */
export function imitate(board: Board, gpio: number, { dutyPercent, frequencyHz }: Light): void {
  const use = board.state(gpio).function;
  if (use === 'hardware-pwm') {
    const hz = Math.max(1, Math.round(frequencyHz || board.frequency(gpio)));
    board.setHardwarePwm(gpio, hz, Math.round((dutyPercent * HARDWARE_RANGE) / 100));
  } else if (use === 'write' && isSteady(dutyPercent)) board.write(gpio, dutyPercent === 100 ? 1 : 0);
  else board.setLight(gpio, dutyPercent, frequencyHz || undefined);
}
