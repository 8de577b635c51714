import type { Circuit } from '../../circuit.ts';
import type { Fault } from '../../fault.ts';
import type { CircuitWords } from '../words.ts';
import { legName, partName } from './names.ts';

/** Explains a fault to somebody who builds a first circuit. */
export function faultText(fault: Fault, circuit: Circuit, words: CircuitWords): string {
  const { wording } = words;
  const text = wording.fault;
  const part = nameOf(fault.parts[0], circuit, words);
  const units = unitsOf(words);
  switch (fault.code) {
    case 'led/reversed':
    case 'part/no-ground':
    case 'part/no-supply':
    case 'part/legs-joined':
    case 'servo/on-3v3':
    case 'servo/reversed':
    case 'servo/no-signal':
    case 'buzzer/no-signal':
      return text[fault.code](part);
    case 'led/no-resistor':
    case 'led/too-much-current':
      return text[fault.code](part, units.current(fault.currentMa), units.current(fault.limitMa));
    case 'led/too-dim':
      return text[fault.code](part, units.current(fault.currentMa));
    case 'led/too-little-voltage':
      return text[fault.code](part, units.volts(fault.neededVolts));
    case 'part/leg-loose':
      return text[fault.code](part, legName(fault.leg, words));
    case 'supply/short':
      return text[fault.code](units.volts(fault.volts));
    case 'supply/joined':
      return text[fault.code]();
    case 'pin/short':
      return text[fault.code](String(fault.gpio), units.current(fault.currentMa));
    case 'pin/outputs-joined':
      return text[fault.code](words.list(fault.gpios.map((gpio) => `GPIO ${gpio}`)));
    case 'pin/too-much-voltage':
      return text[fault.code](String(fault.gpio), units.volts(fault.volts));
    case 'pin/too-much-current':
      return text[fault.code](
        String(fault.gpio),
        units.current(fault.currentMa),
        units.current(fault.limitMa),
      );
    case 'pins/too-much-current':
      return text[fault.code](units.current(fault.currentMa), units.current(fault.limitMa));
    case 'pin/floating':
    case 'potentiometer/no-analog-input':
      return text[fault.code](String(fault.gpio));
    case 'pin/between-levels':
      return text[fault.code](String(fault.gpio), units.volts(fault.volts));
    case 'servo/from-pin':
      return text[fault.code](part, String(fault.gpio));
  }
}

function nameOf(id: string | undefined, { parts }: Circuit, words: CircuitWords): string {
  const part = parts.find((each) => each.id === id);
  return part ? partName(part, words) : (id ?? '');
}

/** Formats currents and voltages for a language, with a suitable unit. */
export function unitsOf({ instrument }: Pick<CircuitWords, 'instrument'>): {
  readonly current: (milliamperes: number) => string;
  readonly volts: (volts: number) => string;
} {
  return {
    current: (milliamperes) => currentText(milliamperes, instrument),
    volts: (volts) => `${instrument.number(Math.round(volts * 100) / 100)} V`,
  };
}

function currentText(milliamperes: number, { number }: CircuitWords['instrument']): string {
  if (milliamperes >= 1000) return `${number(Math.round(milliamperes / 10) / 100)} A`;
  if (milliamperes > 0 && milliamperes < 0.1) return `${number(Math.round(milliamperes * 1000))} µA`;
  return `${number(Math.round(milliamperes * 10) / 10)} mA`;
}
