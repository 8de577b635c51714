import { expect, it } from 'vitest';
import { assertOtherPort } from '../../../hub/cli/facade.ts';
import { Board } from '../../../simulator/board/board.ts';
import { createVirtualPins } from '../../../simulator/board/virtual-pins.ts';

const pins = { ...createVirtualPins(new Board()), driver: 'pigpiod' };
const at = (host: string, port: number) => ({ hosts: [host], port, timeoutMs: 2000 });

it.each(['127.0.0.1', '::1', 'localhost'])(
  'the port where the driver looks for pigpiod at %s is refused',
  (host) => {
    expect(() => assertOtherPort(8888, pins, at(host, 8888))).toThrow(
      '--pigpiod-port 8888 is where the driver pigpiod looks for its pigpiod; another is needed',
    );
  },
);

it('another port, another machine, and other drivers are not', () => {
  assertOtherPort(8889, pins, at('127.0.0.1', 8888));
  assertOtherPort(8888, pins, at('192.168.1.5', 8888));
  assertOtherPort(8888, { ...pins, driver: 'linux' }, at('127.0.0.1', 8888));
});
