/** What has come over REST since the start, for metrics. */
export class HttpCounters {
  /** Messages published. */
  received = 0;
  /** Requests that were answered with an error. */
  refused = 0;
}
