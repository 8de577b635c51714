import { VirtualTimeScheduler } from 'rxjs';
import { expect, it } from 'vitest';
import { RATE_COLUMNS, Rates, SAMPLE_SECONDS, SAMPLES } from '../../../hub/telemetry/rates.ts';

/** Rates of a hub that receives one message more in each sample than in the previous one. */
function sample(times: number) {
  const scheduler = new VirtualTimeScheduler();
  let received = 0;
  let reads = 0;
  const receive = () => {
    received += reads++;
    return received;
  };
  const readings = [
    { name: 'pinhub_messages_received_total', read: () => ({ mqtt: receive(), http: 0 }) },
    { name: 'pinhub_clients', read: () => ({ http: 1, mqtt: 2 }) },
  ];
  const rates = new Rates({ scheduler, now: () => scheduler.now(), readings });
  scheduler.maxFrames = times * SAMPLE_SECONDS * 1000;
  scheduler.flush();
  return rates;
}

const at = (column: (typeof RATE_COLUMNS)[number]) => RATE_COLUMNS.indexOf(column) + 1;

it('rates are per second, except the number of clients', () => {
  const rows = sample(3).last(3600);
  expect(rows.map((row) => row[0])).toEqual([10_000, 20_000, 30_000]);
  expect(rows.map((row) => row[at('received')])).toEqual([0.1, 0.2, 0.3]);
  expect(rows.map((row) => row[at('clients')])).toEqual([3, 3, 3]);
  expect(rows.map((row) => row[at('dropped')])).toEqual([0, 0, 0]);
});

it('rates are those of the last seconds, and never more than the ring holds', () => {
  const rates = sample(SAMPLES + 5);
  const all = rates.last(1e9);
  expect([all.length, all[0]?.[0], all.at(-1)?.[0]]).toEqual([
    SAMPLES,
    6 * SAMPLE_SECONDS * 1000,
    (SAMPLES + 5) * SAMPLE_SECONDS * 1000,
  ]);
  expect(rates.last(20)).toEqual(all.slice(-2));
});
