import type { Circuit } from '../circuit/circuit.ts';
import { netlistOf } from '../circuit/netlist.ts';
import { gpioNear, netsNear } from '../circuit/view/model/part-gpio.ts';

/** A device of a board, with the pins that it takes, BCM numbers. */
export interface WiredDevice {
  readonly kind: string;
  readonly id: string;
  readonly gpios: readonly number[];
}

/** The devices that every board begins with: the course's LED and its button. */
const FIRST_DEVICES: readonly WiredDevice[] = [onPin('led', 21), onPin('button', 23)];

/** Whether a device is one that every board begins with. */
export function isFirst({ kind, id }: WiredDevice): boolean {
  return FIRST_DEVICES.some((first) => first.kind === kind && first.id === id);
}

/**
 * The devices of a board: one for each part that the circuit connects to pins, and the first ones. A pin belongs to one device: the part that came
 * first has it, and the first devices give way to parts.
 */
export function devicesOn(circuit: Circuit): readonly WiredDevice[] {
  const netlist = netlistOf(circuit);
  const wired = circuit.parts.flatMap((part) => {
    const netOf = (leg: string) => netlist.netOfLeg(part.id, leg) ?? -1;
    const isGround = (net: number) => netlist.nets[net]?.supplies.includes('ground');
    const legs: Legs = {
      gpioOf: (leg) => gpioNear(circuit, netlist, [netOf(leg)]),
      isGrounded: (leg) => netsNear(circuit, netlist, [netOf(leg)]).some(isGround),
    };
    return DEVICES_OF[part.kind]?.(legs) ?? [];
  });
  return [...wired, ...FIRST_DEVICES].reduce(addIfFree, []);
}

/** The connections of a part's legs, directly or through resistors. */
interface Legs {
  gpioOf(leg: string): number | undefined;
  isGrounded(leg: string): boolean;
}

/** The devices of a part, by the kind of the part. Parts of other kinds have none: no device makes a buzzer sound. */
const DEVICES_OF: Readonly<Record<string, (legs: Legs) => readonly WiredDevice[]>> = {
  led: ({ gpioOf }) => each('led', [gpioOf('anode') ?? gpioOf('cathode')]),
  rgb({ gpioOf }) {
    const gpios = ['red', 'green', 'blue'].flatMap((leg) => gpioOf(leg) ?? []);
    // Until each color has a pin of its own, every color that has one is an LED.
    return new Set(gpios).size === 3 ? [{ kind: 'rgb', id: gpios.join('-'), gpios }] : each('led', gpios);
  },
  servo: ({ gpioOf }) => each('servo', [gpioOf('signal')]),
  // The device pulls its pin up, so it only feels a button that connects the pin to ground.
  button: ({ gpioOf, isGrounded }) =>
    each('button', [
      isGrounded('2l') ? gpioOf('1l') : undefined,
      isGrounded('1l') ? gpioOf('2l') : undefined,
    ]),
};

function each(kind: string, gpios: readonly (number | undefined)[]): readonly WiredDevice[] {
  return gpios.flatMap((gpio) => (gpio === undefined ? [] : [onPin(kind, gpio)]));
}

function onPin(kind: string, gpio: number): WiredDevice {
  return { kind, id: String(gpio), gpios: [gpio] };
}

function addIfFree(devices: readonly WiredDevice[], device: WiredDevice): readonly WiredDevice[] {
  const isTaken = devices.some(({ gpios }) => gpios.some((gpio) => device.gpios.includes(gpio)));
  return isTaken ? devices : [...devices, device];
}
