import { Counter, Gauge, type Registry } from 'prom-client';

/** A value, or values by what one label says. */
export type Reading = number | Readonly<Record<string, number>>;

interface MetricOptions {
  readonly name: string;
  readonly help: string;
  /** The label's name, where there are values by it. */
  readonly label?: string;
  /** Asked each time that somebody wants to know: what is measured pays nothing for it. */
  readonly read: () => Reading;
}

/** A number that goes up and down. */
export function addGauge(registry: Registry, options: MetricOptions): void {
  new Gauge({
    ...describe(registry, options),
    collect() {
      for (const [labels, value] of readings(options)) this.set(labels, value);
    },
  });
}

/** A number that only goes up. */
export function addCounter(registry: Registry, options: MetricOptions): void {
  new Counter({
    ...describe(registry, options),
    collect() {
      this.reset();
      for (const [labels, value] of readings(options)) this.inc(labels, value);
    },
  });
}

function describe(registry: Registry, { name, help, label }: MetricOptions) {
  return { name, help, registers: [registry], labelNames: label === undefined ? [] : [label] };
}

function readings({ label, read }: MetricOptions): [labels: Record<string, string>, value: number][] {
  const reading = read();
  if (typeof reading === 'number') return [[{}, reading]];
  return Object.entries(reading).map(([name, value]) => [
    label === undefined ? {} : { [label]: name },
    value,
  ]);
}
