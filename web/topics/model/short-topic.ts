/** The most of a topic that is shown, UTF-16 units: names may be 65,535 bytes long, and a page that laid out forty of them would stand still. */
export const MOST_SHOWN = 200;

const END = 60;

/** A topic as it is shown: of a long one the beginning and the end. */
export function shortTopic(topic: string): string {
  if (topic.length <= MOST_SHOWN) return topic;
  // A character of two units is not cut in half.
  const begin = topic.slice(0, MOST_SHOWN - END - 1).replace(/[\uD800-\uDBFF]$/, '');
  const end = topic.slice(-END).replace(/^[\uDC00-\uDFFF]/, '');
  return `${begin}…${end}`;
}
