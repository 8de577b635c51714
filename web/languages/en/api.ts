/** The texts of the page about the hub's interfaces. */
export const api = {
  title: 'Interfaces of this hub',
  rest: 'REST',
  restHint: 'The requests that programs can send to this hub over HTTP, as /openapi.json describes them.',
  topics: 'Topics of the devices',
  topicsHint: 'The topics of the connected devices, as /asyncapi.json describes them.',
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
