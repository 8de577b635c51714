import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Axe's rules about colors, except the stricter ones of WCAG's level AAA. */
const COLOR_RULES = ['color-contrast', 'link-in-text-block'];

/**
 * The violations that axe reports for a page in its present state: the rule, and the elements. Axe is put into the page, which the page's own security policy would
 * forbid: its context must have `bypassCSP`.
 */
export function violations(page: Page): Promise<readonly string[]> {
  return run(page);
}

/** The same with the page light, then dark, then in forced colors. These differ only in colors, so every other rule is checked once. */
export async function violationsInAllColors(page: Page): Promise<readonly string[]> {
  const found = (await run(page)).map((violation) => `light: ${violation}`);
  for (const [colors, media] of [
    ['dark', { colorScheme: 'dark' }],
    ['forced colors', { colorScheme: 'light', forcedColors: 'active' }],
  ] as const) {
    // Without motion, as colors have a contrast of their own during a transition.
    await page.emulateMedia({ ...media, reducedMotion: 'reduce' });
    found.push(...(await run(page, COLOR_RULES)).map((violation) => `${colors}: ${violation}`));
  }
  await page.emulateMedia({ colorScheme: 'light', forcedColors: 'none', reducedMotion: 'reduce' });
  return found;
}

/** How much wider a page is than its window, pixels: on a phone, the whole page then scrolls sideways. */
export function overflowOf(page: Page): Promise<number> {
  return page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - innerWidth));
}

/** Runs all of axe's rules, or some. */
async function run(page: Page, rules?: string[]): Promise<readonly string[]> {
  // It is half a megabyte of script: once per document is enough.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(AXE);
  return page.evaluate(async (only) => {
    const { axe } = globalThis as unknown as { axe: typeof import('axe-core') };
    const { violations: found } = await axe.run({
      resultTypes: ['violations'],
      ...(only && { runOnly: { type: 'rule' as const, values: only } }),
    });
    return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
  }, rules);
}
