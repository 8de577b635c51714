import type { Actor, Shown } from './actor.ts';
import { type Account, createCertificate, type Hub, PASSWORD } from './fixture.ts';
import { openMqtt, type PublishEncoder } from './mqtt.ts';
import { logIn, openRest } from './rest.ts';
import { openSocketIo } from './socket-io.ts';

/** An actor with invalid credentials, and the form of the refusal: a status, a code, MQTT's return or reason code. */
export interface Stranger {
  readonly shown: Shown;
  readonly answer: string | number;
}

/** A way in. */
export interface Way {
  /** Its name in the table's column of ways. */
  readonly family: 'R' | 'S' | 'M';
  readonly hub: 'clear' | 'encrypted';
  /** The label under which the hub counts its refusals. */
  readonly counter: 'http' | 'socket.io' | 'mqtt';
  /** The name that `%u` stands for. */
  nameOf(account: Account): string;
  show(account: Account, hub: Hub): Promise<Shown>;
  /** Rejects with `TurnedAway`. */
  open(hub: Hub, shown: Shown): Promise<Actor>;
  readonly strangers: Readonly<Record<string, Stranger>>;
}

const NOTHING: Shown = {};
const WRONG_TOKEN: Shown = { token: 'ph_wrong' };
const WRONG_PASSWORD: Shown = { user: 'viewer', password: 'wrong horse' };
const WRONG_USER: Shown = { user: 'nobody', password: PASSWORD };
/** No authority signed it. */
const WRONG_CERTIFICATE: Shown = { certificate: createCertificate('viewer') };

const BY_TOKEN: Pick<Way, 'nameOf' | 'show'> = {
  nameOf: ({ tokenName }) => tokenName,
  show: async ({ token }) => ({ token }),
};
const BY_PASSWORD: Pick<Way, 'nameOf' | 'show'> = {
  nameOf: ({ user }) => user,
  show: async ({ user }) => ({ user, password: PASSWORD }),
};
const BY_COOKIE: Pick<Way, 'nameOf' | 'show'> = {
  nameOf: ({ user }) => user,
  show: async ({ user }, hub) => ({ cookie: await logIn(hub, { user, password: PASSWORD }) }),
};
const BY_CERTIFICATE: Pick<Way, 'nameOf' | 'show'> = {
  nameOf: ({ user }) => user,
  show: async ({ certificate }) => ({ certificate }),
};

const REST = { family: 'R', hub: 'clear', counter: 'http', open: openRest } as const;

const socketIo = (transport: 'websocket' | 'polling') =>
  ({
    family: 'S',
    hub: 'clear',
    counter: 'socket.io',
    open: (hub: Hub, shown: Shown) => openSocketIo(hub, shown, transport),
    strangers: {
      nothing: { shown: NOTHING, answer: 'auth/required' },
      'a wrong token': { shown: WRONG_TOKEN, answer: 'auth/wrong' },
      'a wrong password': { shown: WRONG_PASSWORD, answer: 'auth/wrong' },
    },
  }) as const;

const mqtt = (dialect: PublishEncoder) =>
  ({
    family: 'M',
    hub: 'clear',
    counter: 'mqtt',
    open: (hub: Hub, shown: Shown) => openMqtt(hub, shown, dialect),
  }) as const;

/** MQTT 3.1.1, 3.2.2.3: not authorized, bad user name or password. */
const STRANGERS_IN_3: Way['strangers'] = {
  nothing: { shown: NOTHING, answer: 5 },
  'a wrong token': { shown: WRONG_TOKEN, answer: 4 },
  'a wrong password': { shown: WRONG_PASSWORD, answer: 4 },
};

/** The same in MQTT 5, 3.2.2.2. */
const STRANGERS_IN_5: Way['strangers'] = {
  nothing: { shown: NOTHING, answer: 0x87 },
  'a wrong token': { shown: WRONG_TOKEN, answer: 0x86 },
  'a wrong password': { shown: WRONG_PASSWORD, answer: 0x86 },
};

export const WAYS: Readonly<Record<string, Way>> = {
  'REST with Bearer': {
    ...REST,
    ...BY_TOKEN,
    strangers: {
      nothing: { shown: NOTHING, answer: '401 auth/required' },
      'a wrong token': { shown: WRONG_TOKEN, answer: '401 auth/wrong' },
    },
  },
  'REST with Basic': {
    ...REST,
    ...BY_PASSWORD,
    strangers: { 'a wrong password': { shown: WRONG_PASSWORD, answer: '401 auth/wrong' } },
  },
  'REST with the cookie of a login': {
    ...REST,
    ...BY_COOKIE,
    strangers: { 'a made-up cookie': { shown: { cookie: 'made-up' }, answer: '401 auth/required' } },
  },
  'REST with a client certificate': {
    ...REST,
    ...BY_CERTIFICATE,
    hub: 'encrypted',
    strangers: { 'a wrong certificate': { shown: WRONG_CERTIFICATE, answer: '401 auth/required' } },
  },
  'Socket.IO over WebSocket': { ...socketIo('websocket'), ...BY_TOKEN },
  'Socket.IO by long-polling': { ...socketIo('polling'), ...BY_PASSWORD },
  'MQTT 3.1.1 over TCP': {
    ...mqtt({ version: 4, over: 'tcp' }),
    ...BY_TOKEN,
    strangers: STRANGERS_IN_3,
  },
  'MQTT 5 over TCP': { ...mqtt({ version: 5, over: 'tcp' }), ...BY_TOKEN, strangers: STRANGERS_IN_5 },
  'MQTT 5 over WebSocket': {
    ...mqtt({ version: 5, over: 'websocket' }),
    ...BY_PASSWORD,
    strangers: STRANGERS_IN_5,
  },
  'MQTT 5 with SCRAM-SHA-256': {
    ...mqtt({ version: 5, over: 'tcp', method: 'SCRAM-SHA-256' }),
    ...BY_PASSWORD,
    strangers: {
      'a wrong password': { shown: WRONG_PASSWORD, answer: 0x86 },
      'a wrong name': { shown: WRONG_USER, answer: 0x86 },
    },
  },
  'MQTT 5 with a client certificate': {
    ...mqtt({ version: 5, over: 'tcp' }),
    ...BY_CERTIFICATE,
    hub: 'encrypted',
    strangers: { 'a wrong certificate': { shown: WRONG_CERTIFICATE, answer: 0x87 } },
  },
};
