import type { ClassApi } from '../../../hub/client/api/class-api.ts';
import { createHubClient } from '../../../hub/client/create-hub-client.ts';
import { hubAddress } from '../../shared/hub-address.ts';
import { isOutdated } from '../../shared/is-outdated.ts';
import type { LanguageChoice } from '../../shared/language.ts';
import { signOut } from '../../shared/sign-out.ts';
import { SILENCE_MS } from '../../shared/silence.ts';
import { showTeacher } from './teacher.ts';

interface StartParts {
  readonly api: ClassApi;
  readonly language: LanguageChoice;
}

/** Connects the teacher's page and shows it. */
export function startTeacher(root: HTMLElement, { api, language }: StartParts): void {
  showTeacher(root, {
    client: createHubClient(hubAddress(location), { silenceMs: SILENCE_MS }),
    api,
    language,
    location,
    signOut,
    isOutdated: () => isOutdated(import.meta.url),
    leave: () => location.assign('class'),
    reconnect: () => location.reload(),
  });
}
