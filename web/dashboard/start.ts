import type { Observable, Subscription } from 'rxjs';
import { hubAddress } from '../shared/hub-address.ts';
import { keepShell } from '../shared/keep-shell.ts';
import { createLanguageChoice } from '../shared/language.ts';
import { findHubModule } from '../shared/plug-ins/find-module.ts';
import { readStorage } from '../shared/storage.ts';
import { showDashboard } from './dashboard.ts';
import type { DashboardHub } from './hub.ts';
import { kinds } from './kinds/index.ts';
import { plugInKind } from './kinds/plug-in.ts';
import { createArchive } from './model/archive.ts';
import { createClock } from './model/clock.ts';
import { pageVisibility } from './model/visibility.ts';

/** When the browser is asked to keep the shell, after the first view, milliseconds. */
const KEEP_SHELL_MS = 1000;

/** Shows a hub's devices; replaces the header that is in the HTML. */
export function start(root: HTMLElement, hub: DashboardHub, isPaused$: Observable<boolean>): Subscription {
  const clock = createClock();
  root.replaceChildren();
  return showDashboard(root, {
    hub,
    isPaused$,
    kinds,
    unknownKind: plugInKind(findHubModule('card', hubAddress(location))),
    archive: createArchive((address, how) => fetch(address, how), clock.now),
    clock,
    language: createLanguageChoice(navigator.languages, readStorage()),
    isVisible$: pageVisibility(document),
    reconnect: () => location.reload(),
    shown() {
      hub.handOver();
      // Not earlier: keeping the shell loads files that the first view does not need.
      setTimeout(() => void keepShell(navigator), KEEP_SHELL_MS);
    },
  });
}
