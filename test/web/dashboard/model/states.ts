import { NEVER } from 'rxjs';
import type { Device, DeviceState } from '../../../../web/shared/devices.ts';
import { type Label, NO_LABEL } from '../../../../web/shared/label.ts';

export interface StateParts extends Partial<Label> {
  readonly status?: string | undefined;
  /** Called with each published message: the last levels of its topic, and its payload. */
  readonly publish?: (property: string, payload: string) => Promise<void>;
  readonly forget?: () => Promise<void>;
}

/** A device on the page, without a hub behind it. */
export function stateOf(
  topic: string,
  { status = 'online', publish = async () => {}, forget = async () => {}, ...label }: StateParts = {},
): DeviceState {
  const levels = topic.split('/');
  const kind = levels.at(-2) ?? '';
  const feed: Device['feed'] = {
    topic,
    text$: () => NEVER,
    event$: () => NEVER,
    properties$: NEVER,
    denied$: NEVER,
    mayPublish$: () => NEVER,
    publish,
    hold: async () => {},
    trigger: async () => {},
    forget,
  };
  const prefix = levels.slice(0, -2).join('/');
  const device: Device = { topic, prefix, kind, feed, info$: NEVER, label$: NEVER, isOnline$: NEVER };
  const info: DeviceState['info'] = {
    kind,
    name: undefined,
    gpios: [],
    driver: undefined,
    steps: undefined,
    frequenciesHz: [],
    effects: [],
    limits: {},
    isPressable: false,
    properties: [],
    problems: [],
  };
  return { device, info, status, label: { ...NO_LABEL, ...label } };
}
