import type { Words } from '../words.ts';
import type { Channel } from './channel.ts';
import type { Picture, Trace } from './paint.ts';
import { type TimeBase, usPerDivisionOfAll } from './time-base.ts';
import { dutyPercentOf } from './wave.ts';

/** The picture of the channels on the screen. */
export function pictureOf(
  channels: readonly Channel[],
  timeBase: TimeBase,
  { instrument, say }: Words,
): Picture {
  const us = usPerDivisionOfAll(
    timeBase,
    channels.map(({ wave }) => wave),
  );
  const isAnyPulse = channels.some(({ wave }) => wave.kind === 'pulse');
  return {
    traces: channels.map((channel) => traceOf(channel, { instrument })),
    usPerDivision: us,
    perDivision: isAnyPulse ? say.perDivision(instrument.time(us)) : '',
    high: `${instrument.number(3.3)} V`,
    low: '0 V',
  };
}

function traceOf({ number, wave, text }: Channel, { instrument }: Pick<Words, 'instrument'>): Trace {
  const isPulse = wave.kind === 'pulse';
  return {
    channel: number,
    wave,
    onTime: isPulse ? `t_on = ${instrument.time(wave.onUs)}` : '',
    period: isPulse ? `T = ${instrument.time(wave.periodUs)}` : '',
    duty: isPulse ? `D = t_on / T = ${instrument.percent(dutyPercentOf(wave))}` : '',
    message: isPulse ? '' : text,
  };
}
