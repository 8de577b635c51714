import fc from 'fast-check';

/** Few names, so that topics and filters match often; odd names among them. */
const level = fc.constantFrom('a', 'b', 'c', '', '$', '$a', 'é', '__proto__');

/** A topic name of one to five levels. */
export const topicName = fc
  .array(level, { minLength: 1, maxLength: 5 })
  .map((levels) => levels.join('/'))
  .filter((name) => name !== '');

/** A topic filter, not shared, of one to five levels. */
export const filterPath = fc
  .tuple(
    fc.array(fc.oneof({ weight: 2, arbitrary: level }, { weight: 1, arbitrary: fc.constant('+') }), {
      maxLength: 4,
    }),
    fc.oneof({ weight: 2, arbitrary: level }, { weight: 1, arbitrary: fc.constantFrom('+', '#') }),
  )
  .map(([levels, last]) => [...levels, last].join('/'))
  .filter((path) => path !== '');

/** The rules of MQTT 5, 4.7, written once more in the plainest form: all fast implementations must agree with it. */
export function matches(path: string, topic: string): boolean {
  if (topic.startsWith('$') && /^[+#]/.test(path)) return false;
  return levelsMatch(path.split('/'), topic.split('/'));
}

function levelsMatch([wanted, ...others]: string[], [level, ...rest]: string[]): boolean {
  if (wanted === '#') return true;
  if (wanted === undefined || level === undefined) return wanted === level;
  return (wanted === '+' || wanted === level) && levelsMatch(others, rest);
}
