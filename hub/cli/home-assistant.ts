import type { Access } from '../access/access.ts';
import { reserveTopics } from '../access/rights/grants.ts';
import { announceDevices, isOwnDiscoveryTopic } from '../home-assistant/index.ts';
import type { HubServer } from '../server.ts';
import { VERSION } from '../version.ts';
import type { BannerLine } from './banner.ts';
import { wordsOf } from './languages/index.ts';
import type { StartOptions } from './options.ts';
import type { Scope } from './run-until-stopped.ts';

/** With `--home-assistant`, only the hub announces its devices; what other programs announce depends on their rights. */
export function guardAnnouncements(access: Access, { homeAssistant: prefix }: StartOptions): Access {
  return prefix === undefined ? access : reserveTopics(access, (topic) => isOwnDiscoveryTopic(topic, prefix));
}

/** With `--home-assistant`, announces all devices until the hub stops. Returns its line of the banner. */
export function openHomeAssistant(
  { homeAssistant: prefix, homeAssistantForm: form = 'device', lang }: StartOptions,
  { log, closers }: Scope,
  server: HubServer,
): BannerLine[] {
  if (prefix === undefined) return [];
  const bus = server.connect();
  const onError = (err: Error) => log.warn({ err }, err.message);
  const announcing = announceDevices({ bus, prefix, form, version: VERSION, onError });
  closers.add(() => {
    announcing.unsubscribe();
    bus.close();
  });
  return [['Home Assistant', wordsOf({ lang }).output.banner.homeAssistant(prefix)]];
}
