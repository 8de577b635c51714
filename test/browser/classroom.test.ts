import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ClassHub, openClassHub } from '../hub/classroom/class-hub.ts';
import { describeWith } from '../programs.ts';
import { violations } from './axe-rules.ts';
import { launchBrowser, openPage } from './browser.ts';
import { dragPart, layWire } from './circuit-hands.ts';

const PAGES = join(import.meta.dirname, '../../dist/pages');

const LOOKS: Readonly<Record<string, BrowserContextOptions>> = {
  light: { colorScheme: 'light' },
  'forced colors': { forcedColors: 'active' },
  'a phone, dark, in Portuguese': {
    viewport: { width: 390, height: 844 },
    colorScheme: 'dark',
    locale: 'pt-BR',
  },
};

describeWith('chromium', 'a class', () => {
  let browser: Browser;
  let hub: ClassHub;

  beforeAll(async () => {
    browser = await launchBrowser();
    hub = await openClassHub(undefined, PAGES);
  });
  afterAll(async () => {
    await hub.close();
    await browser.close();
  });

  async function joinAs(nickname: string, options: BrowserContextOptions = {}): Promise<Page> {
    const { page } = await openPage(browser, `${hub.url}/class?code=${hub.classroom.code}`, options);
    await page.locator('[name="nickname"]').fill(nickname);
    await page.locator('form button').click();
    await page.locator('.ways').waitFor();
    return page;
  }

  async function follow(page: Page, link: string): Promise<Page> {
    const [opened] = await Promise.all([page.context().waitForEvent('page'), page.locator(link).click()]);
    opened.setDefaultTimeout(15_000);
    return opened;
  }

  it('goes from the code to the light that the teacher sees, is paused, and ends', {
    timeout: 90_000,
  }, async () => {
    const { page: teacher, faults } = await openPage(browser, hub.teacherLink);
    await teacher
      .locator('.big-code')
      .getByText(hub.classroom.code ?? '')
      .waitFor();
    const student = await joinAs('Ana');
    const card = teacher.getByRole('article', { name: 'Ana' });
    await card.getByText('away').waitFor();
    const board = await follow(student, 'a[href^="simulator"]');
    await board.locator('.tab-device strong').waitFor();
    await card.getByText('board on').waitFor();
    const dashboard = await follow(student, 'a[href="./"]');
    const slider = dashboard.getByRole('slider').first();
    await slider.focus();
    await slider.press('End');
    await card.getByText('LED on GPIO 21: 100').waitFor();
    expect(await card.locator('.wave path').getAttribute('d')).toBe('M0 3H120');
    const lessons = await follow(student, 'a[href="learn"]');
    await lessons.locator('.learn-stage').waitFor();
    await teacher.getByRole('button', { name: 'Pause all' }).click();
    await teacher.getByRole('button', { name: 'Go on' }).waitFor();
    // The pages must show the pause before the hub has refused anything.
    for (const page of [board, dashboard.locator('.banner'), lessons.locator('.banner')])
      await page.getByText('The teacher has paused the class.').waitFor();
    await slider.press('Home');
    await dashboard.locator('main').getByText('The teacher has paused the class.').waitFor();
    const help = await follow(teacher, '.seat-card footer a[href*="prefix"]');
    await help.getByRole('slider').first().press('Home');
    await card.getByText('LED on GPIO 21: 0').waitFor();
    expect(await help.locator('.card').count()).toBe(2);
    await teacher.getByRole('button', { name: 'End the class…' }).click();
    await teacher.locator('.ask .grave').click();
    await teacher.getByText('There is no class at the moment').waitFor();
    await student.getByText('There is no class at the moment').waitFor();
    await board.getByText('Your seat in the class is gone').waitFor();
    await dashboard.getByRole('button', { name: 'Sign in again' }).click();
    await dashboard.waitForURL('**/class**');
    expect(faults).toEqual([]);
    await teacher.getByRole('button', { name: 'Begin a class' }).click();
    await teacher.locator('.big-code').waitFor();
    for (const { page } of [{ page: teacher }, { page: student }]) await page.context().close();
  });

  it('hands a program out to the editor of the lesson without losing anybody’s own, and says which lesson each student is at', async () => {
    const { page: teacher, faults } = await openPage(browser, hub.teacherLink);
    await teacher.locator('.big-code').waitFor();
    const student = await joinAs('Caio');
    const card = teacher.getByRole('article', { name: 'Caio' });
    const lessons = await follow(student, 'a[href="learn"]');
    await lessons.getByRole('button', { name: 'A page of your own' }).click();
    await card.getByText('Lesson 8: A page of your own · 0 done').waitFor();
    const editor = lessons.getByLabel('Program');
    await editor.fill('<p>mine');
    await teacher.getByRole('button', { name: 'Hand out…' }).click();
    await teacher.locator('.ask .strong').click();
    await teacher.locator('.ask .fault').getByText('There is nothing to hand out yet').waitFor();
    await teacher.locator('.ask [name="values"]').fill('led/21/status = online');
    await teacher.locator('.ask .strong').click();
    await teacher.locator('.ask .fault').getByText('Only a device says what is at “led/21/status”').waitFor();
    await teacher.locator('.ask [name="values"]').fill('');
    const program = { name: 'start.html', mimeType: 'text/html', buffer: Buffer.from('<h1>Start</h1>') };
    await teacher.getByLabel('Program for lesson 8').setInputFiles(program);
    await teacher.locator('.ask .strong').click();
    await teacher.locator('.ask').getByText('One seat has it now').waitFor();
    expect(await teacher.locator('.handed-out').textContent()).toBe('program');
    await teacher.getByRole('button', { name: 'Done' }).click();
    await teacher.locator('.ask').waitFor({ state: 'detached' });
    await lessons.getByText('Your teacher has handed out a program.').waitFor();
    expect(await editor.inputValue()).toBe('<p>mine');
    await lessons.getByRole('button', { name: 'Open it' }).click();
    await lessons.getByText('This program is from your teacher.').waitFor();
    expect(await editor.inputValue()).toBe('<h1>Start</h1>');
    await lessons.getByRole('button', { name: 'Back to the one before' }).click();
    await lessons.getByText('Your teacher has handed out a program.').waitFor();
    expect(await editor.inputValue()).toBe('<p>mine');
    expect(await card.locator('.seat-error').textContent()).toBe('');
    expect(await teacher.locator('.person').textContent()).toBe('teacher');
    await card.locator('summary').click();
    await card.getByRole('button', { name: 'Remove…' }).click();
    await teacher.locator('.ask .grave').click();
    await student.getByText('This browser has no seat any more').waitFor();
    expect(faults).toEqual([]);
    for (const page of [teacher, student]) await page.context().close();
  });

  it('lights an LED that a student has wired to GPIO 17 from their dashboard, until it is wired there no longer', {
    timeout: 60_000,
  }, async () => {
    const student = await joinAs('Davi', { viewport: { width: 1440, height: 1000 } });
    const board = await student.context().newPage();
    await board.goto(`${hub.url}/simulator?device=davi&circuit`);
    await board.locator('.tab-device strong').waitFor();
    await board.locator('.own-picture').waitFor();
    await dragPart(board, 'resistor 220', 'c2');
    await dragPart(board, 'led red', 'e8');
    await layWire(board, 'pin11', 'a2');
    await layWire(board, 'a9', 'bottom-9');
    await layWire(board, 'pin39', 'bottom-1');
    await board.locator('.tab-device').getByText('davi/led/17').waitFor();
    const dashboard = await student.context().newPage();
    await dashboard.goto(hub.url);
    const slider = dashboard.locator('article[data-topic="davi/led/17"]').getByRole('slider').first();
    const light = () => board.locator('[data-part="led1"] .lens').getAttribute('data-light').then(Number);
    await slider.press('Home');
    await expect.poll(light).toBe(0);
    await slider.press('End');
    await expect.poll(light).toBeGreaterThan(0.9);
    await board.locator('[data-part="led1"] .grip').press('Delete');
    await slider.waitFor({ state: 'detached' });
    await expect.poll(() => hub.retained('davi/led/17/#')).toEqual({});
    await student.context().close();
  });

  it('tells a student what is wrong with the code, and lets the same browser back to its seat', async () => {
    const { page } = await openPage(browser, `${hub.url}/class`);
    await page.locator('[name="code"]').fill('zzzzz');
    await page.locator('[name="nickname"]').fill('Bia');
    await page.locator('form button').click();
    await page.getByText('This is not the code of the class.').waitFor();
    await page.locator('[name="code"]').fill(hub.classroom.code?.toLowerCase() ?? '');
    await page.locator('form button').click();
    await page.getByText('Hello, Bia!').waitFor();
    await page.goto(`${hub.url}/class?code=${hub.classroom.code}`);
    await page.getByText('Hello, Bia!').waitFor();
    await page.context().close();
  });

  it('leads a visitor without a seat to the code, from every page', async () => {
    const { page } = await openPage(browser, `${hub.url}/simulator`);
    await page.waitForURL('**/class**');
    await page.getByRole('link', { name: 'I am the teacher, or have an account' }).click();
    await page.locator('[name="password"]').waitFor();
    await page.context().close();
  });

  it.each(Object.entries(LOOKS))('has nothing that axe objects to: %s', async (look, options) => {
    const found: Record<string, readonly string[]> = {};
    const seen = { bypassCSP: true, ...options };
    const { page: door } = await openPage(browser, `${hub.url}/class`, seen);
    await door.locator('form').waitFor();
    found.join = await violations(door);
    await door.context().close();
    const seat = await joinAs(`Zoë ${look.slice(0, 5)}`, seen);
    for (const summary of await seat.locator('summary').all()) await summary.click();
    await seat.locator('details button').first().click();
    await seat.locator('.secret').waitFor();
    found.seat = await violations(seat);
    await seat.context().close();
    const { page: teacher } = await openPage(browser, hub.teacherLink, seen);
    await teacher.locator('.seat-card summary').first().click();
    found.teacher = await violations(teacher);
    await teacher.locator('.tools button').nth(1).click();
    await teacher.locator('dialog[open]').waitFor();
    found.handOut = await violations(teacher);
    await teacher.goto(`${hub.url}/class#projector`);
    await teacher.reload();
    await teacher.locator('.projecting').waitFor();
    found.projector = await violations(teacher);
    await teacher.context().close();
    expect(found).toEqual({ join: [], seat: [], teacher: [], handOut: [], projector: [] });
  });
});
