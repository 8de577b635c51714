import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Level, PwmPin } from '../../devices/pins/pins.ts';
import type { Board } from '../../simulator/board/board.ts';
import { createMirrorBench, type MirrorBench } from '../simulator/mirror/bench.ts';
import { encode, joined, type Words } from '../simulator/pigpiod/client.ts';

const GPIOS = [18, 21] as const;
const gpio = fc.constantFrom(...GPIOS);

/** The actions of a script on an output. */
const outputCommand: fc.Arbitrary<Words> = gpio.chain((pin) =>
  fc.oneof(
    fc.constant<Words>([3, pin]),
    fc.constantFrom(0, 1).map((level): Words => [4, pin, level]),
    fc.integer({ min: 0, max: 300 }).map((duty): Words => [5, pin, duty]),
    fc.constantFrom(100, 255, 2000).map((range): Words => [6, pin, range]),
    fc.constantFrom(10, 100, 800, 8000).map((hz): Words => [7, pin, hz]),
    fc.constantFrom(0, 500, 1501, 2500).map((us): Words => [8, pin, us]),
    fc.constant<Words>([12, 1 << pin]),
    fc.constant<Words>([14, 1 << pin]),
  ),
);

/** All actions of a script on a pin. */
const command: fc.Arbitrary<Words> = fc.oneof(
  { weight: 7, arbitrary: outputCommand },
  {
    weight: 4,
    arbitrary: gpio.chain((pin) =>
      fc.oneof(
        fc.constantFrom(0, 1).map((mode): Words => [0, pin, mode]),
        fc.constantFrom(0, 1, 2).map((pull): Words => [2, pin, pull]),
        fc.constantFrom(0, 1000).map((us): Words => [97, pin, us]),
      ),
    ),
  },
);

/** The actions of another program on an output behind the mirror's back. */
type Override = (real: Board) => void;
const override: fc.Arbitrary<Override> = gpio.chain((pin) =>
  fc.oneof(
    fc.constantFrom<Level>(0, 1).map(
      (level): Override =>
        (real) =>
          real.write(pin, level),
    ),
    fc.record({ percent: fc.integer({ min: 0, max: 100 }), hz: fc.constantFrom(undefined, 10, 400) }).map(
      ({ percent, hz }): Override =>
        (real) =>
          real.setLight(pin, percent, hz),
    ),
  ),
);

/** The actor: one of two scripts, or a device of the hub; and how much of the work in progress then happens. */
const step = fc.record({
  who: fc.oneof(
    fc.constantFrom(0, 1),
    fc.integer({ min: 0, max: 100 }).map((dutyPercent) => ({ dutyPercent })),
  ),
  command,
  turns: fc.nat(4),
  pauseUs: fc.nat(3000),
});

interface Light {
  readonly dutyPercent: number;
  /** The frequency of a light, Hz; 0 for a steady level, which has none. */
  readonly frequencyHz: number;
}

function lightOf(board: Board, pin: number): Light {
  if (board.mode(pin) === 'input') return { dutyPercent: 0, frequencyHz: 0 };
  const { dutyPercent, frequencyHz } = board.waveform(pin);
  const isSteady = dutyPercent === 0 || dutyPercent === 100;
  return { dutyPercent, frequencyHz: isSteady ? 0 : frequencyHz };
}

/** Removes repeated levels. */
function changesOf(levels: readonly Level[]): Level[] {
  return levels.filter((level, index) => level !== levels[index - 1]);
}

describe('a board that mirrors pins', () => {
  it('ends with every real pin as its own, whoever does what, and however slow the driver is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.array(step, { maxLength: 25 }), async (scheduler, steps) => {
        const bench = createMirrorBench({ begin: () => scheduler.schedule(Promise.resolve()) });
        const scripts = [bench.connect(), bench.connect()];
        const led = bench.pins.pwm(21, 'led/21');
        for (const { who, command: words, turns, pauseUs } of steps) {
          if (typeof who === 'number') scripts[who]?.connection.receive(encode(words));
          else void led.then((pin: PwmPin) => pin.setDuty(who.dutyPercent));
          for (let turn = 0; turn < turns && scheduler.count() > 0; turn++) await scheduler.waitOne();
          bench.clock.advance(pauseUs);
        }
        await settled(bench, scheduler);
        for (const pin of GPIOS) expect(lightOf(bench.real, pin)).toEqual(lightOf(bench.board, pin));
        expect(bench.driver.mostAtOnce).toBeLessThanOrEqual(1);
        expect(bench.faults).toEqual([]);
        await Promise.all([bench.pins.close(), scheduler.waitIdle()]);
        expect(bench.driver.claims).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it('ends with every output as the real one, if another program changes those too', async () => {
    const step = fc.record({
      act: fc.oneof(outputCommand, override),
      turns: fc.nat(4),
      pauseUs: fc.nat(3000),
    });
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.array(step, { maxLength: 25 }), async (scheduler, steps) => {
        const bench = createMirrorBench({ begin: () => scheduler.schedule(Promise.resolve()) });
        const script = bench.connect();
        for (const pin of GPIOS) bench.board.write(pin, 0);
        await settled(bench, scheduler);
        for (const { act, turns, pauseUs } of steps) {
          if (typeof act === 'function') act(bench.real);
          else script.connection.receive(encode(act));
          for (let turn = 0; turn < turns && scheduler.count() > 0; turn++) await scheduler.waitOne();
          bench.clock.advance(pauseUs);
        }
        await settled(bench, scheduler);
        for (const pin of GPIOS) expect(lightOf(bench.board, pin)).toEqual(lightOf(bench.real, pin));
        expect(bench.faults).toEqual([]);
        await Promise.all([bench.pins.close(), scheduler.waitIdle()]);
      }),
      { numRuns: 100 },
    );
  });

  it('shows a script that waits for its answers each of its levels on the real pin', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom<Level>(0, 1), { maxLength: 20 }), async (levels) => {
        const { real, connect } = createMirrorBench();
        const script = connect();
        const seen: Level[] = [0];
        real.changes$.subscribe(() => seen.push(real.level(21)));
        for (const level of levels) await script.request([4, 21, level]);
        expect(changesOf(seen)).toEqual(changesOf([0, ...levels]));
      }),
    );
  });

  it('is never dark between two lights that a device gives', async () => {
    const light = fc.record({
      dutyPercent: fc.integer({ min: 1, max: 100 }),
      frequencyHz: fc.constantFrom(undefined, 50, 100, 2000),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(light, { maxLength: 10 }), async (lights) => {
        const { real, pins } = createMirrorBench();
        const led = await pins.pwm(21, 'led/21');
        await led.setDuty(50);
        const seen: number[] = [];
        real.changes$.subscribe(() => seen.push(real.waveform(21).dutyPercent));
        for (const { dutyPercent, frequencyHz } of lights) {
          const asked = frequencyHz === undefined ? [] : [led.setFrequency(frequencyHz)];
          await Promise.all([...asked, led.setDuty(dutyPercent)]);
        }
        expect(seen).not.toContain(0);
      }),
    );
  });

  it('hears the levels of an input in their order, all of them', async () => {
    const edge = fc.record({
      level: fc.constantFrom<Level>(0, 1),
      lastsUs: fc.integer({ min: 5, max: 5000 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(edge, { maxLength: 20 }), async (edges) => {
        const { clock, real, board, connect } = createMirrorBench();
        real.wire(21, 0);
        const script = connect();
        await script.request([0, 21, 0], [3, 21]);
        const heard: Level[] = [0];
        board.changes$.subscribe(() => heard.push(board.level(21)));
        for (const { level, lastsUs } of edges) {
          real.wire(21, level);
          clock.advance(lastsUs);
        }
        clock.advance(2000);
        expect(changesOf(heard)).toEqual(changesOf([0, ...edges.map(({ level }) => level)]));
      }),
    );
  });
});

describe('pigpiod in front of real pins', () => {
  /** Whether the test leaves a command out, because it makes the client wait, or sends more than an answer. */
  const isUnsuitable = (number: number) => [46, 47, 99].includes(number);
  const parameter = fc.oneof(fc.integer({ min: 12, max: 23 }), fc.nat(60), fc.nat(0xffffffff));
  const request: fc.Arbitrary<Words> = fc.tuple(
    fc.nat(119).filter((number) => !isUnsuitable(number)),
    parameter,
    parameter,
    fc.uint8Array({ maxLength: 40 }),
  );

  it('answers whatever it is asked, in order, and the pins end as the board’s', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(request, { maxLength: 40 }), async (asked) => {
        const bench = createMirrorBench();
        const client = bench.connect();
        if (asked.length > 0) await client.request(...asked);
        const answers = new Uint32Array(joined(client.sent).buffer);
        const echoed = asked.map((_, index) => [...answers.slice(index * 4, index * 4 + 3)]);
        expect(echoed).toEqual(asked.map(([number, p1, p2]) => [number, p1, p2]));
        for (let pin = 0; pin < 54; pin++)
          await bench.mirror
            .pin(pin)
            .settle()
            .catch(() => undefined);
        for (let pin = 2; pin < 28; pin++)
          expect(lightOf(bench.real, pin)).toEqual(lightOf(bench.board, pin));
        await bench.pins.close();
      }),
      { numRuns: 50 },
    );
  });
});

/** Waits until nothing is in progress, including work that a timer of the board starts. */
async function settled({ clock }: MirrorBench, scheduler: fc.Scheduler): Promise<void> {
  await scheduler.waitIdle();
  clock.advance(30_000);
  await scheduler.waitIdle();
}
