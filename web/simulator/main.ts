import { createHubClient, type HubClientOptions } from '../../hub/client/index.ts';
import { createLanguageChoice } from '../shared/language.ts';
import { signOut } from '../shared/sign-out.ts';
import { SILENCE_MS } from '../shared/silence.ts';
import { readStorage } from '../shared/storage.ts';
import { tabDeviceFrom } from './device/from-query.ts';
import { startTabDevice } from './device/tab-device.ts';
import { PARTS } from './parts/index.ts';
import { showSimulator } from './simulator.ts';

const connect = (options?: HubClientOptions) =>
  createHubClient(undefined, { silenceMs: SILENCE_MS, ...options });
const log = {
  info: (details: object, message: string) => console.info(message, details),
  warn: (details: object, message: string) => console.warn(message, details),
};

showSimulator(document.body, {
  client: connect(),
  ...tabDeviceFrom(location.search),
  startTabDevice: (name) => startTabDevice(name, { connect, log }),
  parts: PARTS,
  language: createLanguageChoice(navigator.languages, readStorage()),
  signOut,
  leave: () => location.assign('/login'),
  reconnect: () => location.reload(),
});
