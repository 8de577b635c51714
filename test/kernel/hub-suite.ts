import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser } from '../browser/browser.ts';
import { courseServer } from '../conformance/pigpiod/course-server.ts';
import { type Programs, programsFor } from '../conformance/pigpiod/programs.ts';
import { describeWith } from '../programs.ts';
import type { EmulatedPi } from './emulated-pi.ts';
import { TIMER_OF_21 } from './guest/blocks.ts';
import { PhysicalMemory, type Shell } from './guest/registers.ts';

/** The time that an emulated processor needs at most, with a reserve for a busy machine. */
const PATIENCE_MS = 300_000;

/** The model of the Pi, as the device tree gives it. */
const REVISION = 0xb03111;

/** The hub in an emulated Pi, with pigpiod in front of the kernel's pins; the programs and the browser are on this machine. */
export function hubSuite(pi: () => EmulatedPi): void {
  describeWith(['gpiozero', 'pigs', 'flask-socketio', 'chromium'], 'and the hub in it', () => {
    let programs: Programs;
    let shell: Shell & { close(): void };
    let memory: PhysicalMemory;
    let browser: Browser;
    let page: Page;
    const faults: string[] = [];
    let duty: Locator;

    beforeAll(async () => {
      expect(await pi().hubBanner()).toContain('any pigpio program drives the real pins (driver linux)');
      programs = programsFor(pi().ports.pigpiod);
      shell = await pi().shell();
      memory = new PhysicalMemory(shell);
      browser = await launchBrowser();
      page = await browser.newPage({ serviceWorkers: 'block' });
      page.setDefaultTimeout(PATIENCE_MS);
      page.on('pageerror', (error) => faults.push(String(error)));
      await page.goto(`http://127.0.0.1:${pi().ports.pages}`);
      duty = page.locator('.card[data-topic="led/21"] .figure .actual b');
      await duty.waitFor();
    });
    afterAll(async () => {
      programs?.kill();
      shell?.close();
      await browser?.close();
    });

    const shownDuty = (percent: number) => duty.and(page.getByText(`${percent} %`)).waitFor();
    /** Clocks of 20 ns in a period of GPIO 21, and in its pulse. */
    const light = async () => {
      const { periodClocks, dutyClocks, isEnabled } = await memory.channel(TIMER_OF_21.address, 0);
      return [periodClocks, isEnabled ? dutyClocks : 0];
    };

    it(
      'the course’s own server dims GPIO 21, and the dashboard shows it',
      async () => {
        const server = await courseServer(programs);
        await shownDuty(50);
        expect(await light()).toEqual([500_000, 250_000]);
        await server.set(42);
        expect(await light()).toEqual([500_000, 210_000]);
        await shownDuty(42);
        await page.getByRole('spinbutton', { name: 'Duty cycle, percent' }).first().fill('30');
        await page.keyboard.press('Enter');
        await shownDuty(30);
        expect(await light()).toEqual([500_000, 150_000]);
        expect(faults).toEqual([]);
      },
      PATIENCE_MS,
    );

    it(
      'pigs and python3-pigpio read what the server and the slider did, and dim it too',
      async () => {
        expect(await programs.pigs('gdc', 21, 'pfg', 21, 'hwver')).toEqual(['3000', '100', String(REVISION)]);
        await programs.pigs('p', 21, 2500);
        expect(await light()).toEqual([500_000, 125_000]);
        const script = programs.python(`
import pigpio
pi = pigpio.pi()
print(pi.get_PWM_dutycycle(21))
pi.set_PWM_frequency(21, 400)
pi.set_PWM_dutycycle(21, 10000)
pi.set_servo_pulsewidth(18, 1500)
print(pi.get_PWM_frequency(21), pi.get_servo_pulsewidth(18))
pi.write(20, 1)
pi.stop()
`);
        expect(await script.line()).toBe('2500');
        expect(await script.line()).toBe('400 1500');
        expect(await script.done()).toEqual([]);
        expect(await light()).toEqual([125_000, 125_000]);
        expect(await programs.pigs('r', 20)).toEqual(['1']);
      },
      PATIENCE_MS,
    );

    it(
      'another program’s write to the files of the kernel shows in pigs and on the dashboard',
      async () => {
        shell.stdin.write(`for files in ${FILES_OF_21}; do echo 500000 > $files/duty_cycle; done\n`);
        await shownDuty(20);
        expect(await programs.pigs('gdc', 21)).toEqual(['2000']);
        expect(await light()).toEqual([125_000, 25_000]);
      },
      PATIENCE_MS,
    );

    it(
      'gpiozero hears a button, which is wired to a line that the kernel simulates',
      async () => {
        const wire = (pull: 'up' | 'down') =>
          shell.stdin.write(`for line in ${LINE_OF_23}; do echo pull-${pull} > $line; done\n`);
        const script = programs.python(`
from gpiozero import Button
from gpiozero.pins.pigpio import PiGPIOFactory
button = Button(23, pin_factory=PiGPIOFactory())
button.when_pressed = lambda: print('pressed')
button.when_released = lambda: print('released')
print('ready', button.is_pressed)
input()
`);
        expect(await script.line()).toBe('ready False');
        wire('down');
        expect(await script.line()).toBe('pressed');
        wire('up');
        expect(await script.line()).toBe('released');
        script.tell('that was all');
        expect(await script.done()).toEqual([]);
      },
      PATIENCE_MS,
    );
  });
}

const FILES_OF_21 = `/sys/bus/platform/devices/${TIMER_OF_21.device}/pwm/pwmchip*/pwm0`;

/** The file through which gpio-sim learns what is wired to GPIO 23. */
const LINE_OF_23 = '/sys/devices/platform/gpio-sim.*/gpiochip*/sim_gpio23/pull';
