import { afterEach, beforeEach, expect, it } from 'vitest';
import { createVirtualPins } from '../../../simulator/board/virtual-pins.ts';
import { describeWith } from '../../programs.ts';
import { openSession, type Session } from './session.ts';

/** joan2937/pigpio, documentation of `gpioSetPWMfrequency`: Hz by sample rate, and the real range of each. */
const FREQUENCIES: Record<number, readonly number[]> = {
  1: [40000, 20000, 10000, 8000, 5000, 4000, 2500, 2000, 1600, 1250, 1000, 800, 500, 400, 250, 200, 100, 50],
  2: [20000, 10000, 5000, 4000, 2500, 2000, 1250, 1000, 800, 625, 500, 400, 250, 200, 125, 100, 50, 25],
  4: [10000, 5000, 2500, 2000, 1250, 1000, 625, 500, 400, 313, 250, 200, 125, 100, 63, 50, 25, 13],
  5: [8000, 4000, 2000, 1600, 1000, 800, 500, 400, 320, 250, 200, 160, 100, 80, 50, 40, 20, 10],
  8: [5000, 2500, 1250, 1000, 625, 500, 313, 250, 200, 156, 125, 100, 63, 50, 31, 25, 13, 6],
  10: [4000, 2000, 1000, 800, 500, 400, 250, 200, 160, 125, 100, 80, 50, 40, 25, 20, 10, 5],
};
const REAL_RANGES = [
  25, 50, 100, 125, 200, 250, 400, 500, 625, 800, 1000, 1250, 2000, 2500, 4000, 5000, 10000, 20000,
];

describeWith('pigs', 'pigs', () => {
  let session: Session;
  beforeEach(async () => {
    session = await openSession();
  });
  afterEach(() => session.close());

  /** Runs commands one after the other on one connection; returns the output, in one line. */
  const run = async (commands: string) => (await session.pigs(...commands.split(' '))).join(' ');

  it('sets and gets modes, pulls and levels', async () => {
    expect(await run('mg 21 m 21 w mg 21 m 21 5 mg 21')).toBe('0 1 2');
    expect(await run('m 21 r r 21 pud 21 u r 21 pud 21 d r 21 pud 21 o r 21')).toBe('0 1 0 0');
    expect(await run('w 21 1 r 21 mg 21 w 21 0 r 21')).toBe('1 1 0');
  });

  it('says what is wrong with a GPIO, a mode, a level and a pull', async () => {
    expect(await run('m 54 w')).toBe('-3 ERROR: GPIO not 0-53');
    expect(await run('r 54')).toBe('-3 ERROR: GPIO not 0-53');
    expect(await run('w 54 1')).toBe('-3 ERROR: GPIO not 0-53');
    expect(await run('mg 54')).toBe('-3 ERROR: GPIO not 0-53');
    expect(await run('pud 54 u')).toBe('-3 ERROR: GPIO not 0-53');
    expect(await run('w 21 2')).toBe('-5 ERROR: level not 0-1');
  });

  it('gives PWM, and keeps to the range set', async () => {
    expect(await run('p 21 128 gdc 21 prg 21 prrg 21 pfg 21')).toBe('128 255 250 800');
    expect(await run('prs 21 1000 gdc 21 prg 21')).toBe('250 501 1000');
    expect(await run('p 21 1001')).toMatch(/^-8 ERROR: dutycycle/);
    expect(await run('p 54 1')).toBe('-2 ERROR: GPIO not 0-31');
    expect(await run('prs 21 24')).toBe('-21 ERROR: dutycycle range not 25-40000');
    expect(await run('prs 21 40001')).toBe('-21 ERROR: dutycycle range not 25-40000');
    expect(await run('gdc 20')).toBe('-92 ERROR: GPIO is not in use for PWM');
    expect(await run('p 20 0 gdc 20')).toBe('0');
    expect(await run('w 21 0 gdc 21')).toBe('-92 ERROR: GPIO is not in use for PWM');
  });

  it('has its own range at any light of the hub, and reads the light as near as the range allows', async () => {
    const pin = await createVirtualPins(session.board).pwm(21, 'led/21');
    await pin.setFrequency(100);
    await pin.setDuty(33.35);
    expect(await run('gdc 21 prg 21 prrg 21 pfg 21')).toBe('85 255 2000 100');
    expect(session.board.waveform(21).dutyPercent).toBe(33.35);
    expect(await run('p 21 128 gdc 21')).toBe('128');
    expect(session.board.waveform(21).dutyPercent).toBe(50.15);
    expect(await run('pfs 21 800 gdc 21')).toBe('800 128');
    expect(session.board.waveform(21).dutyPercent).toBe(50);
    await pin.setDuty(10);
    expect(await run('prs 21 1000 gdc 21 p 21 500 gdc 21')).toBe('250 101 500');
    expect(session.board.waveform(21).dutyPercent).toBe(50);
  });

  it('reads high and low in turn during slow pulses', async () => {
    await run('p 21 255');
    expect(await run('r 21')).toBe('1');
    await run('p 21 0');
    expect(await run('r 21')).toBe('0');
    await run('pfs 21 10 p 21 128');
    const levels = (await run(Array.from({ length: 40 }, () => 'r 21 mils 5').join(' '))).split(' ');
    expect(new Set(levels)).toEqual(new Set(['0', '1']));
  });

  it('gives servo pulses', async () => {
    expect(await run('s 18 1500 gpw 18 s 18 0 gpw 18')).toBe('1500 0');
    expect(await run('gpw 17')).toBe('-93 ERROR: GPIO is not in use for servo pulses');
    expect(await run('s 18 499')).toBe('-7 ERROR: pulsewidth not 0 or 500-2500');
    expect(await run('s 18 2501')).toBe('-7 ERROR: pulsewidth not 0 or 500-2500');
    expect(await run('s 18 500 gpw 18 s 18 2500 gpw 18')).toBe('500 2500');
  });

  it('gives hardware PWM on the pins that have it', async () => {
    expect(await run('hp 18 1000 250000 gdc 18 prg 18 prrg 18 pfg 18 mg 18')).toBe(
      '250000 1000000 375000 1000 2',
    );
    expect(await run('hp 12 500 1000000 gdc 18 pfg 18 mg 12')).toBe('1000000 500 4');
    expect(await run('hp 18 0 0 gdc 18')).toBe('-92 ERROR: GPIO is not in use for PWM');
    expect(await run('hp 21 1000 1')).toBe('-95 ERROR: GPIO has no hardware PWM');
    expect(await run('hp 18 187500001 1')).toBe('-96 ERROR: invalid hardware PWM frequency');
    expect(await run('hp 18 1000 1000001')).toBe('-97 ERROR: hardware PWM dutycycle not 0-1M');
  });

  it('gives a hardware clock on the pins that have it', async () => {
    expect(await run('hc 4 5000000 pfg 4 gdc 4 mg 4')).toBe('5000000 500000 4');
    expect(await run('hc 7 5000000')).toBe('-94 ERROR: GPIO has no hardware clock');
    expect(await run('hc 5 5000000')).toBe('-99 ERROR: need password to use hardware clock 1');
    expect(await run('hc 4 1')).toBe('-98 ERROR: invalid hardware clock frequency');
  });

  it('reads and writes whole banks', async () => {
    expect(await run('br1')).toBe('000001FF');
    expect(await run('w 4 0 w 17 0 bs1 131088 br1')).toBe('000201FF');
    expect(await run('bc1 16 br1')).toBe('000201EF');
    expect(await run('bs1 1')).toBe('-42 ERROR: no permission to update one or more GPIO');
    expect(await run('bs2 1')).toBe('-42 ERROR: no permission to update one or more GPIO');
    expect(await run('bc2 1')).toBe('-42 ERROR: no permission to update one or more GPIO');
    expect(await run('br2')).toBe('003FC01C');
  });

  it('lets nobody change what the update mask forbids', async () => {
    const refused = '-41 ERROR: no permission to update GPIO';
    for (const command of ['w 1 1', 'm 0 w', 'pud 28 u', 'p 1 3', 's 1 1500', 'prs 0 100', 'pfs 0 100']) {
      expect(await run(command)).toBe(refused);
    }
    expect(await run('trig 1 10 1')).toBe(refused);
    expect(await run('hp 45 1000 1')).toBe(refused);
    expect(await run('r 1 mg 1 gdc 21')).toMatch(/^1 0 -92/);
  });

  it('puts out a trigger pulse', async () => {
    expect(await run('w 17 0 trig 17 100 1 r 17 trig 17 10 0 r 17')).toBe('0 1');
    expect(await run('trig 17 101 1')).toBe('-46 ERROR: trigger pulse length not 1-100');
    expect(await run('trig 17 0 1')).toBe('-46 ERROR: trigger pulse length not 1-100');
    expect(await run('trig 17 10 2')).toBe('-5 ERROR: level not 0-1');
    expect(await run('trig 32 10 1')).toMatch(/^-41|^-2/);
  });

  it('sets filters and watchdogs within their limits', async () => {
    expect(await run('fg 4 300000 fg 4 0 fn 4 300000 1000000 fn 4 0 0 wdog 4 60000 wdog 4 0')).toBe('');
    expect(await run('fg 4 300001')).toBe('-125 ERROR: bad filter parameter');
    expect(await run('fn 4 1 1000001')).toBe('-125 ERROR: bad filter parameter');
    expect(await run('wdog 4 60001')).toBe('-15 ERROR: timeout not 0-60000');
    expect(await run('fg 32 1')).toBe('-2 ERROR: GPIO not 0-31');
  });

  it('says what it is', async () => {
    expect(await run('hwver pigpv')).toBe(`${0xa03111} 79`);
    const [first, second] = (await run('t mils 20 t')).split(' ').map(Number);
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(20_000);
  });

  it('waits as long as it is told to, and no longer than is allowed', async () => {
    expect(await run('mics 1000001')).toBe('-64 ERROR: bad MICS delay (too large)');
    expect(await run('mils 60001')).toBe('-65 ERROR: bad MILS delay (too large)');
    expect(await run('w 4 1 mics 1000 r 4')).toBe('1');
  });

  it('sets the strength of pads', async () => {
    expect(await run('padg 0 pads 0 16 padg 0 pads 2 1 padg 2')).toBe('8 16 2');
    expect(await run('padg 3')).toBe('-126 ERROR: bad pad number');
    expect(await run('pads 0 17')).toBe('-127 ERROR: bad pad drive strength');
  });

  it('opens and closes notification handles, and triggers events', async () => {
    expect(await run('nb 0 1')).toBe('-25 ERROR: unknown handle');
    expect(await run('np 0')).toBe('-25 ERROR: unknown handle');
    expect(await run('nc 0')).toBe('-25 ERROR: unknown handle');
    expect(await run('evm 0 1')).toBe('-25 ERROR: unknown handle');
    expect(await run('evt 31')).toBe('');
    expect(await run('evt 32')).toBe('-143 ERROR: bad event id');
    expect(await run('no')).toBe('-24 ERROR: no handle available');
  });

  it('makes, sends and deletes waves', async () => {
    expect(await run('wvcre')).toBe('-69 ERROR: attempt to create an empty waveform');
    expect(await run('w 4 0 wvclr wvnew wvag 16 0 100000 0 16 100000 wvcre')).toBe('2 0');
    expect(await run('wvsm 0 wvsm 2 wvsp 0 wvsp 1 wvsp 2 wvsc 2')).toBe('200000 1800000000 2 2 12000 25016');
    expect(await run('wvtat wvtx 0 wvbsy wvtat r 4 mils 250 wvbsy r 4')).toBe('9999 5 1 0 1 0 0');
    expect(await run('wvtxr 0 mils 1 wvbsy wvhlt wvbsy wvdel 0')).toBe('5 1 0');
    expect(await run('wvdel 0')).toBe('-66 ERROR: non existent wave id');
    expect(await run('wvtx 0')).toBe('-66 ERROR: non existent wave id');
    expect(await run('wvag 1 0 10')).toBe('-42 ERROR: no permission to update one or more GPIO');
    expect(await run('wvas 4 9600 8 2 0 0x41 0x42 wvcre')).toMatch(/^\d+ 0$/);
    expect(await run('wvas 4 49 8 2 0 65')).toMatch(/^-35/);
    expect(await run('wvas 4 9600 33 2 0 65')).toMatch(/^-101/);
    expect(await run('wvas 4 9600 8 9 0 65')).toMatch(/^-102/);
    expect(await run('wvsm 3')).toMatch(/^-44/);
    expect(await run('wvgo')).toBe('-120 ERROR: deprecated function removed');
  });

  it('sends chains of waves', async () => {
    await run('w 4 0 wvclr wvag 16 0 20000 0 16 20000 wvcre');
    expect(await run('wvcha 255 0 0 255 1 3 0 255 2 16 39 wvbsy mils 200 wvbsy')).toBe('1 0');
    expect(await run('wvcha 255 0 0 255 3 mils 5 wvbsy wvtat wvhlt')).toBe('1 0');
    expect(await run('wvcha 7')).toBe('-66 ERROR: non existent wave id');
    expect(await run('wvcha 255 0 255 1 3 0')).toBe('-114 ERROR: empty chain loop');
    expect(await run('wvcha 255 9')).toBe('-116 ERROR: bad chain command');
    expect(await run('wvcha 255 0 0 255 3 0')).toBe('-124 ERROR: loop forever must be last chain command');
  });

  it('answers a missing command with an error', async () => {
    expect(await run('i2co 1 4 0')).toBe('-74 ERROR: bad I2C bus');
    expect(await run('i2cc 0')).toBe('-25 ERROR: unknown handle');
    expect(await run('spio 0 100000 0')).toBe("-73 ERROR: can't open SPI device");
    expect(await run('sero /dev/ttyS0 9600 0')).toBe("-72 ERROR: can't open serial device");
    expect(await run('slro 4 9600 8')).toBe('-88 ERROR: unknown command');
    expect(await run('slr 4 10')).toMatch(/^-38/);
    expect(await run('fo /tmp/x 1')).toBe('-137 ERROR: no permission to access file');
    expect(await run('shell ls')).toBe('-139 ERROR: bad shell return status');
    expect(await run('procs 0')).toBe('-48 ERROR: unknown script id');
    expect(await run('bi2co 4 5 100000')).toBe('-88 ERROR: unknown command');
    expect(await run('bspio 4 5 6 7 100000 0')).toBe('-88 ERROR: unknown command');
  });
});

describeWith('pigs', 'pigs at each sample rate', () => {
  it.each(Object.entries(FREQUENCIES))(
    '%s µs: finds the 18 frequencies and real ranges of the table',
    async (rate, hz) => {
      const session = await openSession({ sampleUs: Number(rate) });
      const asked = await session.pigs(...hz.flatMap((each) => ['pfs', 21, each, 'prrg', 21]));
      await session.close();
      expect(asked.map(Number)).toEqual(hz.flatMap((each, index) => [each, REAL_RANGES[index]]));
    },
  );
});

describeWith('pigs', 'pigs with another update mask', () => {
  it('changes every pin with -x -1', async () => {
    const session = await openSession({ updateMask: (1n << 54n) - 1n });
    const printed = await session.pigs('w', 0, 1, 'w', 53, 1, 'r', 53, 'bs2', 1, 'bc2', 2097152, 'r', 53);
    await session.close();
    expect(printed).toEqual(['1', '0']);
  });
});
