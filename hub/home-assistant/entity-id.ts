/**
 * A device's identifier for Home Assistant, which allows `[a-zA-Z0-9_-]+`: `led/21` is `pinhub_led_21`. Two topics never have the same one, so
 * `a/b_c` and `a_b/c` differ.
 */
export function deviceIdOf(topic: string): string {
  return [OWN, ...topic.split('/').map(encodeLevel)].join('_');
}

/** The identifier of one of a device's entities: as the device's, with one level more. No other entity of any device has it. */
export function uniqueIdOf(topic: string, key: string): string {
  return `${deviceIdOf(topic)}_${encodeLevel(key)}`;
}

/** The name that Home Assistant should give an entity: lower case, with words separated by `_`. It need not be unique. */
export function entityNameOf(platform: string, topic: string): string {
  return `${platform}.${deviceIdOf(topic)
    .toLowerCase()
    .replace(/[^a-z\d]+/g, '_')}`;
}

/** Whether an identifier has the form that this hub gives. */
export function isOwnId(id: string): boolean {
  return id.startsWith(`${OWN}_`);
}

/** The beginning of every identifier of ours. */
const OWN = 'pinhub';

/**
 * A topic level as part of an identifier: it has no `_`, which separates the levels. Most levels stay unchanged. One with other characters, or
 * one that begins with `-`, becomes `-` and its letters and digits, with `-<code>-` for each of the others: `b_c` is `-b-5f-c`.
 */
export function encodeLevel(level: string): string {
  if (/^[a-zA-Z\d][a-zA-Z\d-]*$/.test(level)) return level;
  const encoded = Array.from(level, (character) =>
    /[a-zA-Z\d]/.test(character) ? character : `-${character.codePointAt(0)?.toString(16)}-`,
  );
  return `-${encoded.join('')}`;
}
