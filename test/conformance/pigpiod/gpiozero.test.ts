import { filter, firstValueFrom, map, take, toArray } from 'rxjs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeWith } from '../../programs.ts';
import { openSession, type Session } from './session.ts';

const IMPORTS = `
import sys, time
from gpiozero import *
from gpiozero.pins.pigpio import PiGPIOFactory
factory = PiGPIOFactory()
def told(): return sys.stdin.readline().strip()
# In one piece: callbacks print from another thread.
def print(*words): sys.stdout.write(' '.join(map(str, words)) + '\\n')
`;

describeWith('gpiozero', 'gpiozero', () => {
  let session: Session;
  beforeEach(async () => {
    session = await openSession();
  });
  afterEach(() => session.close());

  /** The duty cycles that a pin goes through from now on, percent. */
  const duties = (gpio: number, count: number) =>
    firstValueFrom(
      session.board.changes$.pipe(
        filter((changed) => changed === gpio),
        map(() => session.board.waveform(gpio).dutyPercent),
        take(count),
        toArray(),
      ),
    );

  it('dims a PWMLED and reads its value back', async () => {
    const script = session.python(`${IMPORTS}
led = PWMLED(21, pin_factory=factory)
print(led.value, led.frequency)
for value in (0.25, 0.5, 1, 0):
  led.value = value
  print(led.value)
led.value = 0.42
print('set')
told()
print(round(led.value, 3))
led.frequency = 1000
print(led.frequency, round(led.value, 2))
led.close()
`);
    const head: string[] = [];
    while (head.at(-1) !== 'set') head.push(await script.line());
    expect(head).toEqual(['0.0 100', '0.25', '0.5', '1.0', '0.0', 'set']);
    expect(session.board.waveform(21)).toMatchObject({ dutyPercent: 42, frequencyHz: 100 });
    session.board.setDutycycle(21, 1000);
    script.tell('read');
    expect(await script.done()).toEqual(['0.1', '1000 0.1']);
    expect(session.board.state(21)).toMatchObject({ mode: 'input', function: 'none' });
  });

  it('pulses a PWMLED, up and down', async () => {
    const script = session.python(`${IMPORTS}
led = PWMLED(21, pin_factory=factory)
print('ready')
told()
led.pulse(fade_in_time=0.2, fade_out_time=0.2, n=1, background=False)
led.close()
`);
    await script.line();
    const seen = duties(21, 11);
    script.tell('pulse');
    const values = await seen;
    const top = values.indexOf(Math.max(...values));
    expect(values.slice(0, top + 1)).toEqual([...values.slice(0, top + 1)].sort((a, b) => a - b));
    expect(values.slice(top)).toEqual([...values.slice(top)].sort((a, b) => b - a));
    expect(Math.max(...values)).toBe(100);
    await script.done();
  });

  it('blinks a PWMLED and an LED', async () => {
    const script = session.python(`${IMPORTS}
dimmed, plain = PWMLED(21, pin_factory=factory), LED(17, pin_factory=factory)
print('ready')
told()
dimmed.blink(0.02, 0.02, n=2, background=False)
plain.blink(0.02, 0.02, n=2, background=False)
print(plain.value)
dimmed.close()
plain.close()
`);
    await script.line();
    const seen = [duties(21, 4), duties(17, 4)];
    script.tell('blink');
    expect(await Promise.all(seen)).toEqual([
      [100, 0, 100, 0],
      [100, 0, 100, 0],
    ]);
    expect(await script.done()).toEqual(['0']);
  });

  it('mixes the colors of an RGBLED', async () => {
    const script = session.python(`${IMPORTS}
led = RGBLED(17, 27, 22, pin_factory=factory)
led.color = (1, 0.5, 0.25)
print(led.value)
told()
led.close()
`);
    expect(await script.line()).toBe('(1.0, 0.5, 0.25)');
    expect([17, 27, 22].map((gpio) => session.board.waveform(gpio).dutyPercent)).toEqual([100, 50, 25]);
    script.tell('close');
    await script.done();
  });

  it('moves a Servo', async () => {
    const script = session.python(`${IMPORTS}
servo = Servo(18, pin_factory=factory)
for move in (servo.min, servo.mid, servo.max, servo.detach):
  move()
  print('detached' if servo.value is None else round(servo.value))
  told()
servo.close()
`);
    const widths: number[] = [];
    for (const value of ['-1', '0', '1', 'detached']) {
      expect(await script.line()).toBe(value);
      widths.push(session.board.waveform(18).onUs);
      script.tell('next');
    }
    expect(widths).toEqual([1000, 1500, 2000, 0]);
    await script.done();
  });

  it('is pressed and released, the first time too', async () => {
    const script = session.python(`${IMPORTS}
button = Button(23, pin_factory=factory)
button.when_pressed = lambda: print('pressed')
button.when_released = lambda: print('released')
print('ready', button.is_pressed)
told()
button.close()
`);
    expect(await script.line()).toBe('ready False');
    for (let press = 0; press < 2; press++) {
      session.board.wire(23, 0);
      expect(await script.line()).toBe('pressed');
      session.board.wire(23, undefined);
      expect(await script.line()).toBe('released');
    }
    script.tell('close');
    expect(await script.done()).toEqual([]);
  });

  it('hears one press of a button that bounces, with a bounce time', async () => {
    const script = session.python(`${IMPORTS}
button = Button(23, bounce_time=0.01, pin_factory=factory)
button.when_pressed = lambda: print('pressed')
button.when_released = lambda: print('released')
print('ready')
told()
button.close()
`);
    await script.line();
    session.board.wire(23, 0, { bounceMs: 5 });
    expect(await script.line()).toBe('pressed');
    session.board.wire(23, undefined, { bounceMs: 5 });
    expect(await script.line()).toBe('released');
    script.tell('close');
    expect(await script.done()).toEqual([]);
  });

  it('plays a tone and drives a motor', async () => {
    const script = session.python(`${IMPORTS}
buzzer, motor = TonalBuzzer(12, pin_factory=factory), Motor(5, 6, pin_factory=factory)
buzzer.play('A4')
motor.forward(0.75)
print('on')
told()
`);
    await script.line();
    expect(session.board.waveform(12)).toMatchObject({ frequencyHz: 400, dutyPercent: 50 });
    expect([5, 6].map((gpio) => session.board.waveform(gpio).dutyPercent)).toEqual([75, 0]);
    script.tell('close');
    await script.done();
  });
});
