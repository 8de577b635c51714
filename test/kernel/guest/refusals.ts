import { createLinuxPins } from '../../../devices/drivers.ts';
import type { Refusal, Report } from './report.ts';

/** Pins that are not available, and the reasons that the driver gives. */
export async function collectRefusals(): Promise<Report['refusals']> {
  const pins = await createLinuxPins();
  const refusals = {
    kernelHas: await refusalOf(pins.pwm(13, 'led/13')),
    noChannel: await refusalOf(pins.pwm(20, 'led/20')),
  };
  await pins.close();
  return refusals;
}

async function refusalOf(attempt: Promise<unknown>): Promise<Refusal> {
  try {
    await attempt;
  } catch (error) {
    const { code, message } = error as Refusal;
    return { code, message };
  }
  throw new Error('this should have been refused');
}
