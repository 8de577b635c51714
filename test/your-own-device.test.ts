import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDescription } from '../devices/facts/device-info.ts';
import { PROPERTY_TYPES } from '../devices/facts/property-info.ts';

const PAGE = readFileSync(join(import.meta.dirname, '../docs/your-own-device.md'), 'utf8');

/** The descriptions that the page publishes in one line, with their topics. */
const LINES = [...PAGE.matchAll(/mosquitto_pub -r -t (\S+)\/info -m '(.*)'/g)].map(
  ([, topic = '', json = '']) => [topic, json] as const,
);
const BLOCKS = [...PAGE.matchAll(/```json\n([\s\S]*?)```/g)].map(([, json = '']) => json);
/** The same in Python, whose dictionaries differ from JSON in their quotation marks and in True and False. */
const PYTHON = [...PAGE.matchAll(/^INFO = (\{[\s\S]*?^\})/gm)].map(([, text = '']) =>
  text
    .replaceAll("'", '"')
    .replaceAll('True', 'true')
    .replace(/,(\s*[}\]])/g, '$1'),
);

describe('The page "Your own device in MQTT"', () => {
  it('has two lines, a whole device and two programs', () => {
    expect([LINES.length, BLOCKS.length, PYTHON.length]).toEqual([2, 1, 2]);
  });

  it.each(LINES)('describes %s without a problem', (topic, json) => {
    const info = readDescription(json, topic.split('/').at(-2) ?? '');
    expect(info?.problems).toEqual([]);
    expect(info?.properties).toHaveLength(1);
  });

  it.each([...BLOCKS, ...PYTHON])('describes a heater without a problem: %#', (json) => {
    const info = readDescription(json, 'heater');
    expect(info?.problems).toEqual([]);
    expect(info?.properties.length).toBeGreaterThan(1);
  });

  it('shows every type in its whole device, and in its tables', () => {
    const shown = new Set(readDescription(BLOCKS[0] ?? '', 'heater')?.properties.map(({ type }) => type));
    expect([...shown].sort()).toEqual([...PROPERTY_TYPES].sort());
    for (const type of PROPERTY_TYPES) expect(PAGE).toContain(`| \`${type}\` |`);
  });
});
