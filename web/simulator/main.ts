import { filter, fromEvent, map, shareReplay, startWith, switchMap, tap } from 'rxjs';
import { createHubClient, type HubClientOptions } from '../../hub/client/create-hub-client.ts';
import { createHoldPublish } from '../shared/hold-connection.ts';
import { hubAddress } from '../shared/hub-address.ts';
import { isOutdated } from '../shared/is-outdated.ts';
import { keepShell } from '../shared/keep-shell.ts';
import { createLanguageChoice } from '../shared/language.ts';
import { loadAgain } from '../shared/load-again.ts';
import { findHubModule } from '../shared/plug-ins/find-module.ts';
import { signOut } from '../shared/sign-out.ts';
import { SILENCE_MS } from '../shared/silence.ts';
import { readStorage } from '../shared/storage.ts';
import { codeIn, readQuery, withView } from './device/from-query.ts';
import { PARTS } from './parts/index.ts';
import { showSimulator } from './simulator.ts';

const connect = (options?: HubClientOptions) =>
  createHubClient(hubAddress(location), { silenceMs: SILENCE_MS, ...options });
const log = {
  info: (details: object, message: string) => console.info(message, details),
  warn: (details: object, message: string) => console.warn(message, details),
};

/** Circuit codes from links, after `#c=`. They are removed from the address once they are read, because later changes are not part of the link. */
const code$ = fromEvent(window, 'hashchange').pipe(
  map(() => location.hash),
  startWith(location.hash),
  map(codeIn),
  filter((code) => code !== undefined),
  tap(() => history.replaceState(null, '', location.pathname + location.search)),
  shareReplay(1),
);

/** Code that may load later than the page. */
const later$ = loadAgain(() => import('./later.ts'));

const { isCircuit, ...query } = readQuery(location.search);
const client = connect();
document.body.replaceChildren(); // Remove the static header of the HTML.
showSimulator(document.body, {
  client,
  ...query,
  view: isCircuit ? 'circuit' : 'bench',
  showView: (view) => history.replaceState(null, '', location.pathname + withView(location.search, view)),
  code$,
  refused$: later$.pipe(switchMap(({ watchRefusal }) => watchRefusal(client))),
  async loadEditor() {
    const { createEditor } = await import('./circuit/view/index.ts');
    return createEditor;
  },
  async loadTabDevice() {
    const { startTabDevice } = await import('./device/tab-device.ts');
    return (name) => startTabDevice(name, { connect, log });
  },
  parts: PARTS,
  findPart: findHubModule('part', hubAddress(location)),
  hold: createHoldPublish((will) => connect({ will })),
  language: createLanguageChoice(navigator.languages, readStorage()),
  signOut,
  isOutdated: () => isOutdated(import.meta.url),
  leave: () => location.assign('login'),
  reconnect: () => location.reload(),
});
void keepShell(navigator);
later$.subscribe(({ goElsewhere }) => goElsewhere(client));
