/** Topics of devices: no prefix, or one of up to three levels. */
const DEVICES = ['+/+', '+/+/+', '+/+/+/+', '+/+/+/+/+'];

const below = (levels: string) => DEVICES.map((device) => `${device}/${levels}`);

/** What a page subscribes to in order to find devices, one subscription after the other. */
const SUBSCRIPTIONS = [
  below('info'),
  below('meta/+'),
  below('status'),
  ['+', '+/+', '+/+/+', '+/+/+/+'].map((levels) => `+/+/${levels}/config`),
];

const CONNECT = '40{}';

const SUBSCRIBE = SUBSCRIPTIONS.map(
  (filters, id) => `42${id}${JSON.stringify(['subscribe', filters, { noLocal: false }])}`,
);

/**
 * The first packets of Socket.IO that the client of the dashboard sends: it connects once the hub has opened the session, and subscribes once it is
 * connected. They are written out here, since the script that says them ahead is to come long before those that know how they are made.
 */
export const SAID_AHEAD: readonly (readonly string[])[] = [[CONNECT], SUBSCRIBE];
