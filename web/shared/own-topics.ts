/**
 * A device's own topics among everything below its topic. A name such as `ana/led` can be a device itself and also the prefix of others, of
 * `ana/led/21`: what lies below one of those is theirs. Names are given relative to the device's topic: `duty/actual`, `21/info`.
 */
export function withoutOtherDevices(names: Iterable<string>): readonly string[] {
  const all = [...names];
  const others = all.filter((name) => name.endsWith('/info')).map((name) => name.slice(0, -'info'.length));
  return others.length === 0 ? all : all.filter((name) => !others.some((other) => name.startsWith(other)));
}

/** Whether a name is one that devices or pages publish at: `x`, `x/actual`, or `meta/x`. */
export function isDeviceTopic(name: string): boolean {
  const [first, second, ...deeper] = name.split('/');
  return deeper.length === 0 && (second === undefined || second === 'actual' || first === 'meta');
}
