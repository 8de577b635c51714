import type { SchedulerLike } from 'rxjs';
import type { Hub } from '../../core/hub.ts';
import { SearchQueue } from '../../session/search-queue.ts';
import { Inspection, type InspectorClient } from './inspection.ts';
import { type InspectionLimits, InspectionRoom } from './room.ts';

interface InspectionsOptions {
  readonly hub: Hub;
  readonly scheduler: SchedulerLike;
  readonly limits: InspectionLimits;
}

/** All inspectors that look at the hub's topics now. While there are none, nothing is counted and nothing is held. */
export class Inspections {
  readonly #options: InspectionsOptions;
  readonly #room: InspectionRoom;
  readonly #searches: SearchQueue;

  constructor(options: InspectionsOptions) {
    const { hub, scheduler, limits } = options;
    this.#options = options;
    this.#room = new InspectionRoom(limits);
    this.#searches = new SearchQueue(scheduler, hub.now);
  }

  /** The memory that all inspectors use together. */
  get taken(): InspectionRoom['taken'] {
    return this.#room.taken;
  }

  begin(client: InspectorClient): Inspection {
    const room = this.#room.shareOf(client.owner);
    return new Inspection(client, { ...this.#options, room, searches: this.#searches });
  }
}
