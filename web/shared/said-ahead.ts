/** Topics of devices: no prefix, or one of up to three levels. */
const DEVICES = ['+/+', '+/+/+', '+/+/+/+', '+/+/+/+/+'];

const below = (levels: string) => DEVICES.map((device) => `${device}/${levels}`);

/** The subscriptions by which a page finds devices, in order. */
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
 * connected. They are written out here, because the script that sends them ahead arrives long before the scripts that know how to make them.
 */
export const SAID_AHEAD: readonly (readonly string[])[] = [[CONNECT], SUBSCRIBE];
