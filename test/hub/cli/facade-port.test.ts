import { expect, it } from 'vitest';
import { assertOtherPort } from '../../../hub/cli/facade.ts';
import { Board } from '../../../simulator/board/board.ts';
import { createVirtualPins } from '../../../simulator/board/virtual-pins.ts';

const pins = { ...createVirtualPins(new Board()), driver: 'pigpiod' };
const at = (host: string, port: number) => ({ hosts: [host], port, timeoutMs: 2000 });

const lookUp = async (host: string) => [{ address: { raspberrypi: '127.0.0.1' }[host] ?? '192.168.1.5' }];

it.each([
  ['127.0.0.1', undefined],
  ['::1', undefined],
  ['localhost', undefined],
  ['raspberrypi', lookUp],
])('the port where the driver looks for pigpiod at %s is refused', async (host, lookUp) => {
  await expect(assertOtherPort(8888, pins, at(host, 8888), lookUp)).rejects.toMatchObject({
    code: 'option/invalid',
    message: '--pigpiod-port 8888 is where the driver pigpiod looks for its pigpiod; another is needed',
  });
});

it('another port, another machine, one without an address, and other drivers are not', async () => {
  await assertOtherPort(8889, pins, at('127.0.0.1', 8888));
  await assertOtherPort(8888, pins, at('192.168.1.5', 8888));
  await assertOtherPort(8888, pins, at('otherpi', 8888), lookUp);
  await assertOtherPort(8888, pins, at('no.such.host.invalid', 8888), () =>
    Promise.reject(new Error('ENOTFOUND')),
  );
  await assertOtherPort(8888, { ...pins, driver: 'linux' }, at('127.0.0.1', 8888));
});
