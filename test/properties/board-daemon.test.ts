import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Board } from '../../simulator/board/board.ts';
import { createTestDaemon, encode, joined, type Words, words } from '../simulator/pigpiod/client.ts';

/** Mostly numbers that have a meaning in some command, now and then any number. */
const parameter = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 55 }) },
  { weight: 3, arbitrary: fc.constantFrom(100, 128, 255, 500, 1000, 1500, 2500, 9600, 40_000, 250_000) },
  { weight: 1, arbitrary: fc.nat(0xffffffff) },
);
const extension = fc.oneof(
  { weight: 3, arbitrary: fc.constant(new Uint8Array()) },
  {
    weight: 2,
    arbitrary: fc
      .array(parameter, { maxLength: 9 })
      .map((all) => new Uint8Array(Uint32Array.from(all).buffer)),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }) },
);
/** Any command except the two that make the client wait: they affect time, not state. */
const command = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.integer({ min: 0, max: 119 }).filter((number) => number !== 46 && number !== 47),
  },
  { weight: 1, arbitrary: fc.nat(0xffffffff).filter((number) => number !== 46 && number !== 47) },
);
/** GPIO 12 to 23 most of the time, so that commands meet. */
const request: fc.Arbitrary<Words> = fc.tuple(
  command,
  fc.oneof(fc.integer({ min: 12, max: 23 }), parameter),
  parameter,
  extension,
);
const requests = fc.array(request, { maxLength: 60 });

/** The states that the rules of pigpio allow for a pin. */
function assertLawful(board: Board, gpio: number): void {
  const { mode, function: use, dutyPercent, frequencyHz, level } = board.state(gpio);
  const range = board.ownRange(gpio);
  expect(range).toBeGreaterThanOrEqual(25);
  expect(range).toBeLessThanOrEqual(40_000);
  expect(dutyPercent).toBeGreaterThanOrEqual(0);
  expect(dutyPercent).toBeLessThanOrEqual(100);
  expect([0, 1]).toContain(level);
  if (use === 'pwm') {
    expect(mode).toBe('output');
    expect(board.frequencies.hz).toContain(frequencyHz);
    const steps = Math.floor(((board.dutycycle(gpio) ?? -1) * board.realRange(gpio)) / range);
    expect(dutyPercent).toBeCloseTo((steps / board.realRange(gpio)) * 100, 9);
  }
  if (use === 'servo') {
    const pulseUs = board.pulse(gpio) ?? -1;
    expect(mode).toBe('output');
    expect(pulseUs === 0 || (pulseUs >= 500 && pulseUs <= 2500)).toBe(true);
  }
  if (use === 'write') expect([mode, frequencyHz]).toEqual(['output', 0]);
  if (use === 'hardware-pwm' || use === 'clock') expect(mode).toMatch(/^alt[015]$/);
  if (use === 'none') expect([board.dutycycle(gpio), board.pulse(gpio)]).toEqual([undefined, undefined]);
  if (!board.permits(gpio)) expect([mode, use]).toEqual(['input', 'none']);
}

describe('whatever is asked of the daemon', () => {
  it('leaves every pin in a state that the rules allow', () => {
    fc.assert(
      fc.property(requests, fc.array(fc.nat(20_000), { maxLength: 60 }), (asked, pauses) => {
        const { clock, board, client } = createTestDaemon();
        for (const [index, each] of asked.entries()) {
          client.connection.receive(encode(each));
          clock.advance(pauses[index] ?? 0);
        }
        for (let gpio = 0; gpio <= 53; gpio++) assertLawful(board, gpio);
        board.close();
      }),
    );
  });

  it('answers the same however its bytes are cut', () => {
    fc.assert(
      fc.property(requests, fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }), (asked, cuts) => {
        const whole = createTestDaemon();
        const cut = createTestDaemon();
        const bytes = encode(...asked);
        whole.client.connection.receive(bytes);
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const length = cuts[turn % cuts.length] ?? 1;
          cut.client.connection.receive(bytes.subarray(at, at + length));
          at += length;
        }
        // A trigger delays what follows; its time is the same for both.
        for (const { clock } of [whole, cut]) clock.advance(60 * 100);
        expect(joined(cut.client.sent)).toEqual(joined(whole.client.sent));
        for (const { board, client } of [whole, cut]) {
          client.connection.close();
          board.close();
        }
      }),
    );
  });

  it('takes garbage without an exception', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 20 }), (pieces) => {
        const { clock, client } = createTestDaemon();
        for (const piece of pieces) client.connection.receive(piece);
        clock.advance(70_000_000);
        client.connection.close();
      }),
    );
  });

  it('answers as many times as it is asked, each time with the words that came', () => {
    fc.assert(
      fc.property(requests, (asked) => {
        const { clock, client } = createTestDaemon();
        // Leave reports out: they would come between the answers.
        const quiet = asked.filter(([number]) => number !== 99);
        client.connection.receive(encode(...quiet));
        clock.advance(60 * 100);
        const answers = new Uint32Array(joined(client.sent).buffer);
        const words = Array.from({ length: answers.length / 4 }, (_, index) => [
          ...answers.slice(index * 4, index * 4 + 3),
        ]);
        expect(words).toEqual(quiet.map(([number, p1, p2]) => [number, p1, p2]));
        client.connection.close();
      }),
    );
  });
});

describe('light that is set in steps of the real range', () => {
  const gpio = 18;
  const range = fc.oneof(fc.constant(255), fc.integer({ min: 25, max: 40_000 }));
  const frequencyHz = fc.oneof(fc.constantFrom(10, 100, 800, 8000), fc.nat(10_000));
  /** Commands that each repeat what the pin does, with parameters that are never refused. */
  const takeover: fc.Arbitrary<Words> = fc.oneof(
    fc.integer({ min: 0, max: 25 }).map((dutycycle): Words => [5, gpio, dutycycle]),
    range.map((wanted): Words => [6, gpio, wanted]),
    frequencyHz.map((wanted): Words => [7, gpio, wanted]),
    fc.constantFrom(0, 500, 1501).map((us): Words => [8, gpio, us]),
    fc.constantFrom(0, 1).map((level): Words => [4, gpio, level]),
    fc.constantFrom(0, 2, 4).map((mode): Words => [0, gpio, mode]),
    fc.integer({ min: 1, max: 9999 }).map((hz): Words => [86, gpio, hz, words(250_000)]),
  );
  const setting = fc.tuple(range, frequencyHz, fc.double({ min: 0, max: 100, noNaN: true }));
  const seen = (board: Board) => [board.state(gpio), board.dutycycle(gpio), board.range(gpio)];

  it('is as near as the steps allow, and reads as the nearest dutycycle of a range that stays', () => {
    fc.assert(
      fc.property(setting, ([present, hz, percent]) => {
        const { board, client } = createTestDaemon();
        client.ask([6, gpio, present], [7, gpio, hz]);
        board.setLight(gpio, percent);
        const { dutyPercent, steps } = board.state(gpio);
        expect(Math.abs(dutyPercent - percent)).toBeLessThanOrEqual(50 / steps + 1e-9);
        const [dutycycle = -1, answered] = client.ask([83, gpio], [22, gpio]);
        expect(answered).toBe(present);
        const offPercent = Math.abs((dutycycle / present) * 100 - dutyPercent);
        expect(offPercent <= 50 / present + 1e-9 || (dutycycle === 1 && dutyPercent > 0)).toBe(true);
        expect(dutycycle === 0).toBe(dutyPercent === 0);
      }),
    );
  });

  it('is for what a script does next no other than the dutycycle that the script reads', () => {
    fc.assert(
      fc.property(setting, fc.array(takeover, { minLength: 1 }), ([present, hz, percent], asked) => {
        const [lit, scripted] = [createTestDaemon(), createTestDaemon()];
        for (const { client } of [lit, scripted]) client.ask([6, gpio, present], [7, gpio, hz]);
        lit.board.setLight(gpio, percent);
        scripted.board.setDutycycle(gpio, lit.board.dutycycle(gpio) ?? -1);
        for (const each of asked) {
          expect(lit.client.ask(each)).toEqual(scripted.client.ask(each));
          expect(seen(lit.board)).toEqual(seen(scripted.board));
        }
      }),
    );
  });
});

describe('the level of a pin', () => {
  it('is, edge by edge, what its watchers are told', () => {
    const gpio = 21;
    const step = fc.oneof(
      fc.tuple(fc.constant(5), fc.integer({ min: 0, max: 255 })),
      fc.tuple(fc.constant(4), fc.integer({ min: 0, max: 1 })),
      fc.tuple(fc.constant(7), fc.integer({ min: 10, max: 8000 })),
      fc.tuple(fc.constant(8), fc.constantFrom(0, 500, 1500, 2500)),
      fc.tuple(fc.constant(2), fc.integer({ min: 0, max: 2 })),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(step, fc.integer({ min: 1, max: 4000 })), { maxLength: 15 }), (steps) => {
        const { clock, board, client } = createTestDaemon();
        const told: [us: number, level: number][] = [];
        const watch = board.monitor.watch(({ samples }) => {
          for (const { us, levels } of samples) {
            const level = (levels >>> gpio) & 1;
            if (level !== (told.at(-1)?.[1] ?? 0)) told.push([us, level]);
          }
        });
        watch.bits = 1 << gpio;
        const seen: [us: number, level: number][] = [];
        let last = board.level(gpio);
        const look = (us: number) => {
          const level = board.level(gpio, us);
          if (level !== last) seen.push([us, level]);
          last = level;
        };
        for (const [[number, p2], samples] of steps) {
          client.ask([number, gpio, p2]);
          const fromUs = clock.nowUs();
          // The instant lies on the grid of samples, where edges are detected.
          for (let us = fromUs; us < fromUs + samples * 5; us += 5) look(us);
          clock.advance(samples * 5);
        }
        const endUs = clock.nowUs();
        look(endUs);
        clock.advance(2000);
        expect(told.filter(([us]) => us <= endUs)).toEqual(seen);
        board.close();
      }),
    );
  });
});
