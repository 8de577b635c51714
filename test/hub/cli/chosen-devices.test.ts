import { describe, expect, it } from 'vitest';
import { KINDS } from '../../../devices/index.ts';
import { chooseDevices } from '../../../hub/cli/chosen-devices.ts';
import { exitCodeOf } from '../../../hub/cli/exit-code.ts';
import { wordsOf } from '../../../hub/cli/languages/index.ts';
import { describeFailure } from '../../../hub/cli/log.ts';
import { findFaults } from '../../../hub/cli/service/faults.ts';
import { HubError } from '../../../hub/core/error.ts';
import { Board } from '../../../simulator/board/board.ts';
import { createVirtualPins } from '../../../simulator/board/virtual-pins.ts';

const pins = createVirtualPins(new Board());

/** Returns the output and the exit code of a start with these devices, in a language; nothing if the hub starts. */
function refusalOf(device: readonly string[], lang: 'en' | 'pt-BR' = 'en'): string | undefined {
  try {
    chooseDevices({ device, prefix: '' }, { kinds: KINDS, pins });
    return undefined;
  } catch (error) {
    return `${describeFailure(error, wordsOf({ lang }))} ${exitCodeOf(error)}`;
  }
}

describe('a device that cannot run', () => {
  it.each([
    [
      ['led/99'],
      'the device "led/99": "99" is not a GPIO number; it must be one of the header\'s, 2–27, as in "led/21" (device/invalid) 2',
      'o dispositivo "led/99": "99" não é um número de GPIO; precisa ser um do conector, de 2 a 27, como em "led/21" (device/invalid) 2',
    ],
    [
      ['led/40'],
      'the device "led/40": GPIO 40 is not a pin of this board, or is reserved; allowed are 2–27 (pin/invalid) 2',
      'o dispositivo "led/40": o GPIO 40 não é um pino desta placa, ou é reservado; são permitidos 2–27 (pin/invalid) 2',
    ],
    [
      ['lamp/21'],
      'the device "lamp/21": there is no kind of device "lamp"; there are led, button, servo, rgb (device/unknown-kind) 2',
      'o dispositivo "lamp/21": o tipo de dispositivo "lamp" não existe; existem led, button, servo, rgb (device/unknown-kind) 2',
    ],
    [
      ['rgb/5-6'],
      'the device "rgb/5-6": "5-6" must be three GPIO numbers, red-green-blue, as in "rgb/5-6-13" (device/invalid) 2',
      'o dispositivo "rgb/5-6": "5-6" não são três números de GPIO, vermelho-verde-azul, como em "rgb/5-6-13" (device/invalid) 2',
    ],
    [
      ['led/21', 'servo/21'],
      'the device "servo/21": GPIO 21 is in use by led/21; free are 2–20, 22–27 (pin/in-use) 2',
      'o dispositivo "servo/21": o GPIO 21 está em uso por led/21; estão livres: 2–20, 22–27 (pin/in-use) 2',
    ],
    [
      ['rgb/5-6-13', 'a/button/6'],
      'the device "a/button/6": GPIO 6 is in use by rgb/5-6-13; free are 2–4, 7–12, 14–27 (pin/in-use) 2',
      'o dispositivo "a/button/6": o GPIO 6 está em uso por rgb/5-6-13; estão livres: 2–4, 7–12, 14–27 (pin/in-use) 2',
    ],
    [
      ['led/21', 'led/21=Lamp'],
      'the device "led/21" is named twice (option/invalid) 2',
      'o dispositivo "led/21" aparece duas vezes (option/invalid) 2',
    ],
  ])('is refused before anything starts: %j', (device, english, portuguese) => {
    expect(refusalOf(device)).toBe(`pinhub: ${english}`);
    expect(refusalOf(device, 'pt-BR')).toBe(`pinhub: ${portuguese}`);
  });

  it('does not hide another: each has its line', () => {
    expect(refusalOf(['led/99', 'led/21', 'lamp/3'])?.split('\n')).toHaveLength(2);
  });

  it('is refused by the installation of a service too', () => {
    const request = {
      words: [],
      user: 'pinhub',
      options: { device: ['led/99'], devices: true, driver: 'auto', prefix: '' },
    };
    const system = { node: process.execPath, program: process.execPath, findAccount: () => undefined };
    expect(findFaults(Object(system), Object(request)).join()).toContain('the device "led/99": "99" is not');
  });
});

it('devices whose pins are free are taken as they are, with names and prefixes', () => {
  const chosen = chooseDevices(
    { device: ['led/21=Lamp', 'ana/servo/18', 'rgb/5-6-13'], prefix: 'lab' },
    { kinds: KINDS, pins },
  );
  expect(chosen.map(({ prefix, kind, id, name }) => [prefix, kind, id, name])).toEqual([
    ['lab', 'led', '21', 'Lamp'],
    ['lab/ana', 'servo', '18', undefined],
    ['lab', 'rgb', '5-6-13', undefined],
  ]);
});

it('a kind of a plug-in that does not say which pins it uses is asked when it opens', () => {
  const siren = { kind: 'siren', open: () => Promise.reject(new Error('not opened here')) };
  const chosen = chooseDevices({ device: ['siren/x'], prefix: '' }, { kinds: [siren], pins });
  expect(chosen).toHaveLength(1);
});

it('a default device is no mistake of the user, whatever the board has', () => {
  const few = { driver: 'small', gpios: [2, 3] };
  expect(chooseDevices({ prefix: '' }, { kinds: KINDS, pins: few })).toHaveLength(1);
});

it('only a failure that is all about what the user wrote has the exit code 2', () => {
  const wrong = new HubError('option/invalid', 'x');
  const failed = new HubError('store/unavailable', 'x');
  expect([wrong, failed, new Error('x'), new AggregateError([wrong, failed])].map(exitCodeOf)).toEqual([
    2, 1, 1, 1,
  ]);
});
