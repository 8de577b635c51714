import type { SchedulerLike, Subscription as Timer } from 'rxjs';
import type { InspectionFrame, InspectionRequest } from '../../core/inspection.ts';
import type { Rights } from '../../core/rights.ts';
import { type Census, type CensusOptions, FilteredCensus, FullCensus } from './census.ts';
import { describeReceived, describeRow } from './describe.ts';
import { InspectedRows } from './inspected-rows.ts';
import type { Received } from './topic-tree.ts';
import { Watched } from './watched.ts';

/** The time between two frames, and the time from a new request to its first frame, milliseconds. */
const FRAME_MS = 200;
const SOON_MS = 50;

/** A client that may read this topic may also know who published a message. */
const OPERATORS_TOPIC = '$SYS/broker/clients/connected';

export interface InspectorClient {
  /** The owner to whom its memory is charged. */
  readonly owner: string;
  /** The client's rights, which may change at any moment. */
  readonly rights: Rights;
  /** Whether the client has not taken all that was sent to it. */
  readonly isBehind: boolean;
  send(frame: InspectionFrame): void;
}

export interface InspectionOptions extends CensusOptions {
  readonly scheduler: SchedulerLike;
}

/** One client's view: counts topics as long as the client looks, and sends the rows in sight. */
export class Inspection {
  readonly #client: InspectorClient;
  readonly #options: InspectionOptions;
  readonly #watched: Watched;
  readonly #rows: InspectedRows;
  #full: FullCensus | undefined;
  #census: Census | undefined;
  #request: InspectionRequest | undefined;
  /** The client's read rights when the census began. */
  #readPermissions = '';
  #isAsked = false;
  #timer: Timer | undefined;
  #sentMs = Number.NEGATIVE_INFINITY;
  #sent = '';

  constructor(client: InspectorClient, options: InspectionOptions) {
    this.#client = client;
    this.#options = options;
    const { hub } = options;
    this.#rows = new InspectedRows();
    this.#watched = new Watched({
      hub,
      mayRead: (topic) => client.rights.mayRead(topic),
      knownOf: (topic) => this.#knownOf(topic),
    });
  }

  /** Replaces the previous request, and soon answers with a frame. */
  ask(request: InspectionRequest): void {
    const before = this.#request;
    this.#request = request;
    this.#isAsked = true;
    if (!this.#full) this.#begin();
    else if (before?.filter !== request.filter || before?.text !== request.text) {
      this.#includeNamed(this.#full);
      this.#applyFilter();
    }
    this.#watched.set(request.watched ?? []);
    this.#plan(this.#sentMs + SOON_MS - this.#options.scheduler.now());
  }

  /** Ends all counting. */
  end(): void {
    this.#timer?.unsubscribe();
    this.#watched.set([]);
    this.#endFiltering();
    this.#full?.end();
    this.#full = undefined;
  }

  /** The last messages of a topic, the oldest first. */
  #knownOf(topic: string): readonly Received[] {
    const { earlier = [], last } = this.#full?.tree.find(topic) ?? {};
    return last ? [...earlier, last] : [];
  }

  #begin(): void {
    const { rights } = this.#client;
    this.#readPermissions = readPermissionsOf(rights);
    this.#full = new FullCensus(this.#options, {
      mayRead: (topic) => this.#client.rights.mayRead(topic),
      maySubscribe: (path) => this.#client.rights.maySubscribe(path),
    });
    this.#includeNamed(this.#full);
    this.#applyFilter();
  }

  /** Also counts topics beginning with `$` if the client's rights, filter or pins name them. */
  #includeNamed(full: FullCensus): void {
    const { filter = '', pins = [] } = this.#request ?? {};
    for (const path of [...this.#client.rights.permissions.read, filter, ...pins]) full.include(path);
  }

  #applyFilter(): void {
    this.#endFiltering();
    const { filter: path, text } = this.#request ?? {};
    const isFiltered = path !== undefined || (text ?? '') !== '';
    this.#census =
      isFiltered && this.#full ? new FilteredCensus(this.#full, { path, text }, this.#options) : this.#full;
    this.#rows.release();
  }

  #endFiltering(): void {
    if (this.#census !== this.#full) this.#census?.end();
    this.#census = undefined;
  }

  #plan(ms: number): void {
    this.#timer?.unsubscribe();
    this.#timer = this.#options.scheduler.schedule(() => this.#tick(), Math.max(0, ms));
  }

  #tick(): void {
    const mustSend = this.#isAsked || this.#request?.isPaused !== true;
    if (mustSend && !this.#client.isBehind) this.#send();
    this.#plan(FRAME_MS);
  }

  #send(): void {
    this.#startAgainIfRightsChanged();
    const { watched, frame } = this.#frame();
    const sent = JSON.stringify(frame);
    if (!this.#isAsked && watched.seen.length === 0 && sent === this.#sent) return;
    this.#isAsked = false;
    this.#sent = sent;
    this.#sentMs = this.#options.scheduler.now();
    this.#client.send({ ...frame, ...watched });
  }

  /** Starts the counting again if the rights have changed, as counts made under other rights must not be shown. */
  #startAgainIfRightsChanged(): void {
    if (readPermissionsOf(this.#client.rights) === this.#readPermissions) return;
    this.#endFiltering();
    this.#full?.end();
    this.#begin();
  }

  #frame(): {
    frame: Omit<InspectionFrame, 'seen' | 'missed'>;
    watched: Pick<InspectionFrame, 'seen' | 'missed'>;
  } {
    const { hub } = this.#options;
    const census = this.#census;
    const request = this.#request;
    if (!census || !this.#full || !request) throw new TypeError('there is no request');
    const trees = { shown: census.tree, pinned: this.#full.tree };
    const { rows, ...counts } = this.#rows.take(trees, request, (row) => describeRow(row, hub));
    const { root, uncounted } = census.tree;
    const isFull = census.tree.isFull || this.#full.tree.isFull;
    const { sinceMs, isComplete } = census;
    const { topics, messages } = root;
    return {
      frame: { ...counts, rows, topics, messages, uncounted, isFull, sinceMs, isComplete },
      watched: this.#takeWatched(),
    };
  }

  #takeWatched(): Pick<InspectionFrame, 'seen' | 'missed'> {
    const { received, missed } = this.#watched.take();
    const { rights } = this.#client;
    const options = { now: this.#options.hub.now(), showsPublisher: rights.mayRead(OPERATORS_TOPIC) };
    const seen = received.map((one) => ({
      ...describeReceived(one, options),
      ...(one.isOld && { isOld: one.isOld }),
    }));
    return { seen, missed };
  }
}

function readPermissionsOf({ permissions }: Rights): string {
  return JSON.stringify(permissions.read);
}
