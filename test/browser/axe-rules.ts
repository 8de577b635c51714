import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Axe's rules about colors, except the stricter ones of WCAG's level AAA. */
const COLOR_RULES = ['color-contrast', 'link-in-text-block'];

/**
 * Returns the violations that axe reports for a page in its present state: each rule, with the elements. The browser context needs `bypassCSP`,
 * because the page's security policy forbids the injected script.
 */
export function violations(page: Page): Promise<readonly string[]> {
  return run(page);
}

/** Checks a page in light, dark and forced colors. Rules that are not about colors are checked only once. */
export async function violationsInAllColors(page: Page): Promise<readonly string[]> {
  const found = (await run(page)).map((violation) => `light: ${violation}`);
  for (const [colors, media] of [
    ['dark', { colorScheme: 'dark' }],
    ['forced colors', { colorScheme: 'light', forcedColors: 'active' }],
  ] as const) {
    // Switch motion off, because colors have other contrasts during a transition.
    await page.emulateMedia({ ...media, reducedMotion: 'reduce' });
    found.push(...(await run(page, COLOR_RULES)).map((violation) => `${colors}: ${violation}`));
  }
  await page.emulateMedia({ colorScheme: 'light', forcedColors: 'none', reducedMotion: 'reduce' });
  return found;
}

/** Measures by how many pixels a page is wider than its window. On a phone, such a page scrolls sideways. */
export function overflowOf(page: Page): Promise<number> {
  return page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - innerWidth));
}

/** Runs all of axe's rules, or some. */
async function run(page: Page, rules?: string[]): Promise<readonly string[]> {
  // Inject axe only once per document: its script has half a megabyte.
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
