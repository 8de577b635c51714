/** The BCM numbers in a device's id: `21`, or `17-27-22`; none if the id does not contain exactly this many. */
export function gpiosIn(id: string, count: number): readonly number[] {
  const levels = id.split('-');
  const isValid = levels.length === count && levels.every((level) => /^\d{1,2}$/.test(level));
  return isValid ? levels.map(Number) : [];
}
