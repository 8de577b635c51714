import type { DeviceState } from '../../shared/devices.ts';
import type { Words } from '../words.ts';

/** A device, with the name that it gives itself and the one that people give it. */
export type Named = Pick<DeviceState, 'device' | 'info' | 'label'>;

/** The name of a device: the one that people gave it, else its own, else its kind and pins, else its topic. */
export function titleOf(words: Words, { device: { topic, kind }, info, label }: Named): string {
  // An adapter without a name gives its topic instead.
  const own = info.name === topic ? undefined : info.name;
  const byPins = kindTitle(words, kind, info.gpios.join(', '));
  return label.name ?? own ?? (byPins && `${byPins}${idBeside(topic, info.gpios)}`) ?? topic;
}

/** Returns the id unless it is made of the pins. It distinguishes devices that report the same pins. */
function idBeside(topic: string, gpios: readonly number[]): string {
  const id = topic.split('/').at(-1) ?? '';
  return id === gpios.join('-') ? '' : ` ·\u00a0${id}`;
}

function kindTitle({ say }: Words, kind: string, gpios: string): string | undefined {
  if (gpios === '') return undefined;
  const titles = new Map([
    ['led', say.led],
    ['rgb', say.rgb],
    ['servo', say.servo],
    ['button', say.button],
  ]);
  return titles.get(kind)?.(gpios);
}
