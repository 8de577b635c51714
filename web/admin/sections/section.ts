import type { TemplateResult } from 'lit/html.js';
import type { Observable } from 'rxjs';
import type { AdminApi } from '../../../hub/client/api/admin-api.ts';
import type { HubApi } from '../../../hub/client/api/hub-api.ts';
import type { PollOptions } from '../model/poll.ts';
import type { Words } from '../words.ts';

/** The context that every section needs. */
export interface SectionContext extends PollOptions {
  readonly api: AdminApi;
  readonly hub: HubApi;
  /** The subject of the section, such as a client; empty if it has none. */
  readonly about: string;
  /** Asks in a dialog before it does something that cannot be undone, does it, and shows the hub's error if it refuses. */
  readonly confirm: (question: Question) => void;
  /** Something has changed: the section loads its data again. */
  readonly changed: () => void;
}

export interface Question {
  readonly title: (words: Words) => string;
  readonly text: (words: Words) => string;
  /** The label of the button. */
  readonly action: (words: Words) => string;
  readonly act: () => Promise<unknown>;
}

/** The current look of a section, in any language. */
export type Look = (words: Words) => TemplateResult;

/** A section of the page, for as long as it is shown. */
export type Section = (context: SectionContext) => Observable<Look>;
