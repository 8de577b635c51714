import { createHubApi } from '../../hub/client/api/hub-api.ts';
import { hubAddress } from '../shared/hub-address.ts';
import { createLanguageChoice } from '../shared/language.ts';
import { signOut } from '../shared/sign-out.ts';
import { readStorage } from '../shared/storage.ts';
import { askVisit, type JoinFault } from './model/visit.ts';

const hub = createHubApi(hubAddress(location));
const parts = {
  api: hub.classroom,
  language: createLanguageChoice(navigator.languages, readStorage()),
  reload: () => location.assign('class'),
};

/** A link with a token that was not accepted leads here, and so does the page of a seat that is gone. */
function cameBy(query: URLSearchParams): JoinFault | undefined {
  if (query.has('failed')) return 'wrongLink';
  return query.has('gone') ? 'seatGone' : undefined;
}

const visit = await askVisit(hub.classroom);
document.body.replaceChildren(); // Remove the static header of the HTML.
if (visit?.you === 'teacher') {
  const { startTeacher } = await import('./teacher/start.ts');
  startTeacher(document.body, parts);
} else if (visit?.seat) {
  const { showSeat } = await import('./seat/seat-page.ts');
  showSeat(document.body, {
    ...parts,
    seat: visit.seat,
    isPaused: visit.isPaused,
    lose: () => location.assign('class?gone'),
    signOut,
    hub: hubAddress(location),
  });
} else {
  const { showJoin } = await import('./join/join-page.ts');
  const query = new URLSearchParams(location.search);
  showJoin(document.body, {
    ...parts,
    visit,
    code: query.get('code') ?? '',
    cameBy: cameBy(query),
  });
}
