/** The libraries for which there is an example program. */
export const LIBRARIES = ['gpiozero', 'pigpio', 'paho'] as const;

export type Library = (typeof LIBRARIES)[number];

/** The hub and the topics that a program uses. */
export interface PythonTarget {
  /** The address of the hub, with a slash at its end. */
  readonly address: string;
  /** The topic of an LED's light. */
  readonly light: string;
  /** The topic at which the program announces that it is running. */
  readonly status: string;
  /** The port of the pigpiod in front of the virtual Pi. */
  readonly pigpiodPort: number;
  /** Default: the user still has to paste one. */
  readonly token?: string;
  /** The comments, in the language of the page. */
  readonly notes: {
    /** The comment at the place for a token; `undefined` if the hub needs none. */
    readonly token: string | undefined;
    readonly version: string;
  };
}

/** The names of the libraries' packages for Python's installer. */
export const PACKAGES: Readonly<Record<Library, string>> = {
  gpiozero: 'gpiozero pigpio',
  pigpio: 'pigpio',
  paho: 'paho-mqtt',
};

/** A program that fades the LED up and down for about ten seconds and then ends. */
export function pythonProgram(library: Library, target: PythonTarget): string {
  return PROGRAMS[library](target);
}

const PROGRAMS: Readonly<Record<Library, (target: PythonTarget) => string>> = {
  gpiozero: ({ pigpiodPort }) => `import time

from gpiozero import PWMLED
from gpiozero.pins.pigpio import PiGPIOFactory

led = PWMLED(21, pin_factory=PiGPIOFactory(host="localhost", port=${pigpiodPort}))
for _ in range(5):
    for duty in [*range(0, 101, 5), *range(95, -1, -5)]:
        led.value = duty / 100
        time.sleep(0.05)
led.close()
`,
  pigpio: ({ pigpiodPort }) => `import time

import pigpio

pi = pigpio.pi("localhost", ${pigpiodPort})
if not pi.connected:
    raise SystemExit("No pigpiod at localhost:${pigpiodPort}")
for _ in range(5):
    for duty in [*range(0, 101, 5), *range(95, -1, -5)]:
        pi.set_PWM_dutycycle(21, duty * 255 // 100)
        time.sleep(0.05)
pi.stop()
`,
  paho: (target) => {
    const { protocol, hostname, port, pathname } = new URL('mqtt', target.address);
    const { token: note, version } = target.notes;
    const isSecure = protocol === 'https:';
    const tokenLine = note === undefined ? '' : `TOKEN = ${quoted(target.token ?? '')}  # ${note}\n`;
    const lines = [
      `client.ws_set_options(path=${quoted(decodeURI(pathname))})`,
      ...(note === undefined ? [] : ['client.username_pw_set("token", TOKEN)']),
      ...(isSecure ? ['client.tls_set()'] : []),
    ];
    return `import time

import paho.mqtt.client as mqtt

LIGHT = ${quoted(target.light)}
STATUS = ${quoted(target.status)}
${tokenLine}

def on_connect(client, userdata, flags, reason, properties=None):
    print("hub:", reason)


# ${version}
version = [mqtt.CallbackAPIVersion.VERSION2] if hasattr(mqtt, "CallbackAPIVersion") else []
client = mqtt.Client(*version, transport="websockets")
${lines.join('\n')}
client.will_set(STATUS, "offline", qos=1, retain=True)
client.on_connect = on_connect
client.connect(${quoted(hostname.replace(/^\[|\]$/g, ''))}, ${port || (isSecure ? 443 : 80)})
client.loop_start()
client.publish(STATUS, "online", qos=1, retain=True)
for _ in range(5):
    for duty in [*range(0, 101, 5), *range(95, -1, -5)]:
        client.publish(LIGHT, duty, retain=True)
        time.sleep(0.05)
client.publish(STATUS, "offline", qos=1, retain=True).wait_for_publish()
client.disconnect()
`;
  },
};

/** A Python string literal: the same as in JSON, which escapes backslashes and quotes alike. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
