/** Whether some topic matches both of two filters' paths, which must be valid. */
export function filtersOverlap(one: string, other: string): boolean {
  const left = one.split('/');
  const right = other.split('/');
  // [MQTT-4.7.2-1]: a leading wildcard does not match a topic that begins with $.
  if (isWildcard(left[0]) && right[0]?.startsWith('$')) return false;
  if (isWildcard(right[0]) && left[0]?.startsWith('$')) return false;
  for (let depth = 0; depth < left.length || depth < right.length; depth++) {
    const a = left[depth];
    const b = right[depth];
    if (a === '#' || b === '#') return true; // Also the parent itself: "sport/#" and "sport".
    if (a === undefined || b === undefined) return false;
    if (a !== b && a !== '+' && b !== '+') return false;
  }
  return true;
}

function isWildcard(level: string | undefined): boolean {
  return level === '+' || level === '#';
}
