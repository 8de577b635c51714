import { createHubClient, type HubClientOptions } from '../../hub/client/index.ts';
import { createLanguageChoice } from '../../web/page/language.ts';
import { tabDeviceFrom } from './device/from-query.ts';
import { startTabDevice } from './device/tab-device.ts';
import { PARTS } from './parts/index.ts';
import { showSimulator } from './simulator.ts';

const connect = (options?: HubClientOptions) => createHubClient(undefined, options);
const log = {
  info: (details: object, message: string) => console.info(message, details),
  warn: (details: object, message: string) => console.warn(message, details),
};
const { state, prefix } = tabDeviceFrom(location.search, (name) => startTabDevice(name, { connect, log }));

showSimulator(document.body, {
  client: connect(),
  prefix,
  parts: PARTS,
  language: createLanguageChoice(navigator.languages, localStorage),
  tabDevice: state,
  reconnect: () => location.reload(),
});
