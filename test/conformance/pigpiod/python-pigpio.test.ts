import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeWith } from '../../programs.ts';
import { openSession, type Session } from './session.ts';

const CONNECTED = `
import pigpio, sys, time
pi = pigpio.pi()
assert pi.connected
def told(): return sys.stdin.readline().strip()
# In one piece: callbacks print from another thread.
def print(*words): sys.stdout.write(' '.join(map(str, words)) + '\\n')
`;

describeWith('python3-pigpio', 'python3-pigpio', () => {
  let session: Session;
  beforeEach(async () => {
    session = await openSession();
  });
  afterEach(() => session.close());

  it('sets and reads pins, and gets exceptions with pigpio’s own words', async () => {
    const script = session.python(`${CONNECTED}
pi.set_mode(21, pigpio.OUTPUT)
pi.write(21, 1)
print(pi.get_mode(21), pi.read(21))
print(pi.set_PWM_range(21, 1000), pi.set_PWM_dutycycle(21, 250), pi.get_PWM_dutycycle(21), pi.set_PWM_frequency(21, 440))
pi.hardware_PWM(18, 800, 250000)
print(pi.get_PWM_dutycycle(18), pi.get_PWM_real_range(18), pi.get_hardware_revision())
try: pi.get_servo_pulsewidth(21)
except pigpio.error as e: print(e)
try: pi.set_PWM_dutycycle(21, 1001)
except pigpio.error as e: print(e)
pi.stop()
`);
    expect(await script.done()).toEqual([
      '1 1',
      '250 0 250 400',
      `250000 468750 ${0xa03111}`,
      "'GPIO is not in use for servo pulses'",
      "'dutycycle not 0-range (default 255)'",
    ]);
    expect(session.board.waveform(21)).toMatchObject({ frequencyHz: 400, dutyPercent: 25 });
  });

  it('counts the edges of a pin that is driven from outside, with their levels and ticks', async () => {
    const script = session.python(`${CONNECTED}
pi.set_pull_up_down(23, pigpio.PUD_DOWN)
tally = pi.callback(23)
pi.callback(23, pigpio.EITHER_EDGE, lambda g, level, tick: print(g, level, tick))
print('ready')
told()
print('tally', tally.tally())
pi.stop()
`);
    expect(await script.line()).toBe('ready');
    const edges: string[] = [];
    for (const level of [1, 0, 1] as const) {
      session.board.wire(23, level);
      edges.push(await script.line());
    }
    expect(edges.map((edge) => edge.split(' ').slice(0, 2).join(' '))).toEqual(['23 1', '23 0', '23 1']);
    const ticks = edges.map((edge) => Number(edge.split(' ')[2]));
    expect(ticks).toEqual([...ticks].sort((one, other) => one - other));
    script.tell('done');
    expect(await script.done()).toEqual(['tally 2']);
  });

  it('sees the edges of PWM at their very instants', async () => {
    const script = session.python(`${CONNECTED}
edges = []
pi.set_PWM_frequency(21, 100)
pi.set_PWM_dutycycle(21, 51)
callback = pi.callback(21, pigpio.EITHER_EDGE, lambda g, level, tick: edges.append((level, tick)))
while len(edges) < 20: time.sleep(0.01)
callback.cancel()
del edges[0]
rises = [tick for level, tick in edges if level == 1]
falls = [tick for level, tick in edges if level == 0]
print(sorted({b - a for a, b in zip(rises, rises[1:])}))
while falls[0] < rises[0]: falls.pop(0)
print(sorted({fall - rise for rise, fall in zip(rises, falls)}))
pi.stop()
`);
    expect(await script.done()).toEqual(['[10000]', '[2000]']);
  });

  it('waits for an edge, and gives up when none comes', async () => {
    const script = session.python(`${CONNECTED}
print(pi.wait_for_edge(24, pigpio.RISING_EDGE, 0.05))
print('ready')
print(pi.wait_for_edge(23, pigpio.RISING_EDGE, 20))
pi.stop()
`);
    expect([await script.line(), await script.line()]).toEqual(['False', 'ready']);
    // The program does not report when it starts waiting.
    let level: 0 | 1 = 0;
    const knocking = setInterval(() => {
      level = level === 0 ? 1 : 0;
      session.board.wire(23, level);
    }, 20);
    expect(await script.line()).toBe('True');
    clearInterval(knocking);
    await script.done();
  });

  it('is told when it would otherwise misjudge an edge, unless that is switched off', async () => {
    const source = `${CONNECTED}
pi.set_pull_up_down(23, pigpio.PUD_UP)
pi.callback(23, pigpio.EITHER_EDGE, lambda g, level, tick: print(level))
print('ready')
told()
pi.stop()
`;
    const heard = async (to: Session, count: number) => {
      const script = to.python(source);
      const lines: string[] = [];
      while (!lines.includes('ready')) lines.push(await script.line());
      to.board.wire(23, 0);
      await to.pigs('t');
      to.board.wire(23, undefined);
      while (lines.length < count + 1) lines.push(await script.line());
      script.tell('done');
      return [...lines, ...(await script.done())].filter((line) => line !== 'ready');
    };
    expect(await heard(session, 3)).toEqual(['1', '0', '1']);
    const exact = await openSession({ syncsOnBegin: false });
    expect(await heard(exact, 1)).toEqual(['1']);
    await exact.close();
  });

  it('filters glitches and hears watchdogs', async () => {
    const script = session.python(`${CONNECTED}
pi.set_glitch_filter(23, 5000)
pi.callback(23, pigpio.EITHER_EDGE, lambda g, level, tick: print(level))
print('ready')
told()
pi.set_watchdog(23, 20)
told()
pi.set_watchdog(23, 0)
pi.stop()
`);
    await script.line();
    session.board.wire(23, 1, { bounceMs: 4 });
    expect(await script.line()).toBe('1');
    script.tell('watchdog');
    expect([await script.line(), await script.line()]).toEqual(['2', '2']);
    script.tell('done');
    await script.done();
  });

  it('hears events, its own and others’', async () => {
    const script = session.python(`${CONNECTED}
pi.event_callback(7, lambda event, tick: print('event', event))
pi.event_trigger(7)
print('ready')
told()
pi.stop()
`);
    const both = [await script.line(), await script.line()];
    expect(both.sort()).toEqual(['event 7', 'ready']);
    await session.pigs('evt', 7);
    expect(await script.line()).toBe('event 7');
    script.tell('done');
    await script.done();
  });

  it('sends waves and chains, and sees them with its own callback', async () => {
    const script = session.python(`${CONNECTED}
ticks = []
pi.set_mode(17, pigpio.OUTPUT)
pi.write(17, 0)
pi.callback(17, pigpio.EITHER_EDGE, lambda g, level, tick: ticks.append((level, tick)))
pi.wave_clear()
pi.wave_add_generic([pigpio.pulse(1<<17, 0, 1000), pigpio.pulse(0, 1<<17, 500)])
wid = pi.wave_create()
print(wid, pi.wave_get_max_cbs())
pi.wave_send_once(wid)
while pi.wave_tx_busy(): time.sleep(0.001)
pi.wave_chain([255, 0, wid, 255, 1, 3, 0])
while pi.wave_tx_busy(): time.sleep(0.001)
time.sleep(0.05)
print([level for level, tick in ticks])
print([b[1] - a[1] for a, b in zip(ticks, ticks[1:])][2:])
print(pi.wave_send_repeat(wid), pi.wave_tx_at(), pi.wave_tx_stop(), pi.wave_tx_at(), pi.wave_delete(wid))
pi.wave_add_serial(17, 9600, b'hi')
print(pi.wave_create_and_pad(50))
pi.stop()
`);
    const lines = await script.done();
    expect(lines[0]).toBe('0 25016');
    expect(lines[1]).toBe('[1, 0, 1, 0, 1, 0, 1, 0]');
    expect(lines[2]).toBe('[1000, 500, 1000, 500, 1000]');
    expect(lines.slice(3)).toEqual(['5 0 0 9999 0', '0']);
  });

  it('says what the board has not', async () => {
    const script = session.python(`${CONNECTED}
for attempt in (lambda: pi.i2c_open(1, 0x20), lambda: pi.spi_open(0, 50000), lambda: pi.serial_open('/dev/ttyAMA0', 9600),
                lambda: pi.store_script(b'w 4 1'), lambda: pi.bb_serial_read_open(4, 9600), lambda: pi.file_open('/x', 1)):
  try: print(attempt())
  except pigpio.error as e: print(e)
pi.stop()
`);
    expect(await script.done()).toEqual([
      "'bad I2C bus'",
      '"can\'t open SPI device"',
      '"can\'t open serial device"',
      "'unknown command'",
      "'unknown command'",
      "'no permission to access file'",
    ]);
  });

  it('leaves its pins as they are, and its handles free', async () => {
    for (let round = 0; round < 3; round++) {
      const script = session.python(`${CONNECTED}
pi.set_PWM_dutycycle(21, 100)
pi.callback(21)
pi.stop()
`);
      await script.done();
    }
    expect(session.board.dutycycle(21)).toBe(100);
    const script = session.python(`${CONNECTED}
print(pi._notify.handle)
pi.stop()
`);
    expect(await script.done()).toEqual(['0']);
  });
});
