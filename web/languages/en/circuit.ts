/** The texts of the circuit editor. */
export const circuit = {
  bench: 'My circuit. The parts and wires are also listed below as text.',
  palette: 'Parts',
  paletteHint:
    'Drag a part onto the breadboard, or press Enter to put it in the first free place. Drag from hole to hole, or from a pin to a hole, to lay a wire.',
  add: (part: string) => `Add: ${part}`,
  kinds: {
    led: 'LED',
    rgb: 'RGB LED',
    resistor: 'Resistor',
    button: 'Button',
    buzzer: 'Buzzer',
    servo: 'Servo',
    potentiometer: 'Potentiometer',
  } as Readonly<Record<string, string>>,
  coloredLed: (color: string) => `${color} LED`,
  ledColors: { red: 'red', green: 'green', yellow: 'yellow', blue: 'blue', white: 'white' } as Readonly<
    Record<string, string>
  >,
  wireColors: {
    black: 'black',
    red: 'red',
    orange: 'orange',
    yellow: 'yellow',
    green: 'green',
    blue: 'blue',
    purple: 'purple',
    white: 'white',
  } as Readonly<Record<string, string>>,
  legs: {
    anode: 'anode (+)',
    cathode: 'cathode (−)',
    red: 'red',
    green: 'green',
    blue: 'blue',
    ground: 'ground',
    power: 'supply (5 V)',
    signal: 'signal',
    end1: 'end 1',
    end2: 'end 2',
    wiper: 'wiper',
  } as Readonly<Record<string, string>>,
  leg: (name: string) => `leg ${name}`,
  pin: (name: string, physical: string) => `${name} (pin ${physical})`,
  hole: (name: string) => `hole ${name}`,
  topRail: (hole: string) => `${hole} of the top rail`,
  bottomRail: (hole: string) => `${hole} of the bottom rail`,
  beside: 'beside the breadboard',
  // Parts and wires.
  variant: 'Color or value',
  turn: 'Turn',
  remove: 'Remove',
  showOnScope: (gpio: string, channel: string) => `GPIO ${gpio} on channel ${channel}`,
  knob: (part: string) => `Knob of ${part}`,
  press: (part: string) => `Press ${part}`,
  partHint: 'Arrow keys move it, R turns it, Delete removes it.',
  partAt: (part: string, place: string) => `${part}, ${place}`,
  lit: (percent: string, current: string) => `lit at ${percent} (${current})`,
  dark: 'dark',
  tone: (frequency: string) => `sounding at ${frequency}`,
  silent: 'silent',
  angle: (degrees: string) => `at ${degrees}`,
  noSupply: 'has no supply',
  noPulses: 'gets no pulses',
  pressed: 'pressed',
  released: 'not pressed',
  wiper: (share: string) => `turned to ${share}`,
  wiperAt: (share: string, volts: string) => `turned to ${share}, ${volts} at the wiper`,
  current: (current: string) => `carries ${current}`,
  list: 'Parts and wires as text',
  noParts: 'There are no parts yet.',
  noWires: 'There are no wires yet.',
  parts: 'Parts',
  wires: 'Wires',
  wire: (from: string, to: string, color: string) => `${color}: ${from} – ${to}`,
  legAt: (leg: string, place: string) => `${leg} in ${place}`,
  // The form for wires.
  addWire: 'Add a wire',
  from: 'From',
  to: 'To',
  color: 'Color',
  autoColor: 'automatic',
  terminalHint:
    'A hole (e12, or +3 top for a rail), a pin (GPIO 17, pin 11, GND, 3V3, 5V) or the leg of a part beside the board (Servo 1: signal).',
  noTerminal: (text: string) =>
    `“${text}” is neither a hole nor a pin. Examples: e12, +3 top, −9 bottom, GPIO 17, GND, Servo 1: signal.`,
  // Reports of actions.
  added: (part: string, place: string) => `${part} added, ${place}.`,
  moved: (part: string, place: string) => `${part} moved to ${place}.`,
  turned: (part: string) => `${part} turned.`,
  changed: (part: string) => `Changed to ${part}.`,
  removed: (part: string) => `${part} removed.`,
  wireAdded: (from: string, to: string) => `Wire laid from ${from} to ${to}.`,
  wireRemoved: (from: string, to: string) => `Wire from ${from} to ${to} removed.`,
  wireRecolored: (color: string) => `The wire is now ${color}.`,
  wireFrom: (from: string) => `Wire from ${from}: now choose where it goes. Escape cancels.`,
  wireLeft: 'No wire added.',
  undone: 'Undone.',
  redone: 'Redone.',
  noRoom: 'There is no room left for it on the breadboard.',
  refusals: {
    'circuit/too-many-parts': (limit: string) => `A circuit has at most ${limit} parts.`,
    'circuit/too-many-wires': (limit: string) => `A circuit has at most ${limit} wires.`,
    'circuit/name-too-long': (limit: string) => `A name has at most ${limit} characters.`,
    'circuit/off-board': () => 'Not all of its legs would be on the breadboard there.',
    'circuit/no-terminal': (terminal: string) => `There is no ${terminal}.`,
    'circuit/occupied': (terminal: string) =>
      `Something is in ${terminal} already. Each hole holds one leg or wire; the other holes of its column or rail are joined to it.`,
    pinOccupied: (terminal: string) =>
      `${terminal} has a wire already, and takes only one. Lead that wire to the breadboard: others can begin beside it there.`,
    'circuit/wire-to-itself': () => 'A wire needs two different ends.',
    other: () => 'That cannot be done here.',
  },
  // The file.
  file: 'Circuit',
  name: 'Name',
  unnamed: 'Circuit without a name',
  save: 'Save',
  saved: (name: string) => `“${name}” saved on the hub.`,
  badName: (name: string) =>
    name === ''
      ? 'Give the circuit a name first.'
      : `“${name}” cannot be saved under that name: it may not contain /, + or #.`,
  open: 'Open',
  nothingSaved: 'Nothing saved yet.',
  openOne: (name: string) => `Open ${name}`,
  forget: (name: string) => `Delete ${name}`,
  forgotten: (name: string) => `“${name}” deleted.`,
  examples: 'Examples',
  exampleNames: {
    led: 'LED with its resistor',
    button: 'Button',
    rgb: 'RGB LED',
    servo: 'Servo',
    'traffic-light': 'Traffic light',
    potentiometer: 'Potentiometer',
    buzzer: 'Buzzer',
  },
  startNew: 'New',
  started: 'A new, empty circuit.',
  opened: (name: string) => `“${name}” opened.`,
  badBoard: 'The board was given a circuit that this page cannot read. What you see here has not changed.',
  badLink: 'The link does not hold a circuit that this page can read.',
  undo: 'Undo',
  redo: 'Redo',
  share: 'Share',
  shareText: 'Whoever opens this link sees your circuit, and can change a copy of it.',
  shareCode: 'QR code of the link',
  copy: 'Copy the link',
  copied: 'Link copied.',
  toFile: 'Save as a file',
  speaker: 'Sound',
  speakerHint: 'Turns on the sound of buzzers.',
  zoomIn: 'Larger',
  zoomOut: 'Smaller',
  // Faults.
  faults: 'What is wrong',
  noFaults: 'No fault found.',
  faultCount: (count: string) => `Faults: ${count}.`,
  severities: { danger: 'Danger', fault: 'Does not work', hint: 'Tip' },
  fault: {
    'led/reversed': (part: string) =>
      `${part} is the wrong way round. Current flows through an LED only one way: from the anode (+, the longer leg) to the cathode (−). Turn it.`,
    'led/no-resistor': (part: string, current: string, limit: string) =>
      `${part} has no resistor. Nothing limits the current: about ${current} would flow, and it can take ${limit}. The LED or the pin would break. Add 220 Ω in series.`,
    'led/too-much-current': (part: string, current: string, limit: string) =>
      `${part} gets ${current}, more than its limit of ${limit}. Use a larger resistor.`,
    'led/too-dim': (part: string, current: string) =>
      `${part} barely glows: only ${current} flows. Use a smaller resistor.`,
    'led/too-little-voltage': (part: string, volts: string) =>
      `${part} needs about ${volts} before it lights up, and what it is connected to gives less.`,
    'part/no-ground': (part: string) =>
      `${part} has no way to ground. Current only flows in a closed loop: from a pin through the part and back to GND.`,
    'part/no-supply': (part: string) => `Nothing powers ${part}: connect it to a GPIO, to 3.3 V or to 5 V.`,
    'part/legs-joined': (part: string) =>
      `Legs of ${part} are joined to each other, so current goes past it. The five holes of a column are one piece of metal: put the legs into different columns.`,
    'part/leg-loose': (part: string, leg: string) => `Nothing is connected to ${leg} of ${part}.`,
    'supply/short': (volts: string) =>
      `${volts} is connected straight to ground: a short circuit. A real Raspberry Pi would switch off, or break.`,
    'supply/joined': () => '3.3 V and 5 V are connected to each other. That can destroy the Raspberry Pi.',
    'pin/short': (gpio: string, current: string) =>
      `GPIO ${gpio} is an output, and joined to ground or a supply: about ${current} would flow and could destroy it.`,
    'pin/outputs-joined': (gpios: string) =>
      `${gpios} are outputs that are connected to each other and want different levels: they work against each other.`,
    'pin/too-much-voltage': (gpio: string, volts: string) =>
      `GPIO ${gpio} gets ${volts}. A pin of a Raspberry Pi can take 3.3 V; more destroys it.`,
    'pin/too-much-current': (gpio: string, current: string, limit: string) =>
      `GPIO ${gpio} has to give ${current}. It may give ${limit} at most.`,
    'pins/too-much-current': (current: string, limit: string) =>
      `All pins together give ${current}. They may give ${limit} at most.`,
    'pin/floating': (gpio: string) =>
      `Nothing holds GPIO ${gpio} at a level, so it reads by chance. Switch on its pull-up, or connect a resistor of 10 kΩ to 3.3 V or to ground.`,
    'pin/between-levels': (gpio: string, volts: string) =>
      `GPIO ${gpio} is at ${volts}: neither clearly low nor clearly high, so it reads by chance.`,
    'potentiometer/no-analog-input': (gpio: string) =>
      `A Raspberry Pi cannot measure voltages: GPIO ${gpio} only reads 0 or 1 from the wiper. To read how far it is turned, you need a converter (ADC), such as the MCP3008.`,
    'servo/on-3v3': (part: string) => `${part} gets 3.3 V, and needs 5 V to move.`,
    'servo/reversed': (part: string) => `Supply and ground of ${part} are swapped. A real one would break.`,
    'servo/from-pin': (part: string, gpio: string) =>
      `${part} takes its supply from GPIO ${gpio}. A pin cannot give that much current: use 5 V.`,
    'servo/no-signal': (part: string) => `No GPIO is connected to the signal of ${part}.`,
    'buzzer/no-signal': (part: string) =>
      `${part} is silent: it sounds only when the voltage alternates. Connect it to a GPIO with PWM.`,
  },
};
