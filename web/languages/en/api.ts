/** The texts of the page about the hub's interfaces. */
export const api = {
  title: 'Interfaces of this hub',
  rest: 'REST',
  restHint: 'What programs can ask of this hub over HTTP, as /openapi.json describes it.',
  topics: 'Topics of the devices',
  topicsHint: 'What the devices that are here say of themselves, as /asyncapi.json describes it.',
  parameters: 'Parameters',
  body: 'Body of the request',
  answer: 'Answer',
  inPath: 'in the path',
  inQuery: 'in the query',
  publish: 'publish there',
  subscribe: 'published there',
  noDevices: 'No device describes itself at the moment.',
  loading: 'Loading…',
  failed: 'The hub has not answered. Reload the page to try again.',
};
