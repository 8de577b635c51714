// What a packet costs to read and to write, in microseconds of processor time, beside mqtt-packet in the same run.
// Needs the compiled codec: `npm run build`, then `node bench/mqtt-codec.mjs`.
import mqttPacket from 'mqtt-packet';
import {
  createPacketParser,
  encode as encodeOurs,
  PublishTemplate,
  TopicNames,
} from '../dist/hub/gateways/mqtt/codec/index.js';

const ROUNDS = 7;
const ROUND_MS = 60;

const topicNames = new TopicNames();
const small = Buffer.from('sixteen bytes ok');
const large = Buffer.alloc(1024, 'x');
const userProperties = Array.from({ length: 3 }, (_, index) => [`name-${index}`, `value-${index}`]);

console.log('Microseconds of CPU per packet; median of', ROUNDS, 'interleaved rounds.\n');
const rows = [...decoding(), ...encoding(), ...fanningOut(), ...userPropertyFlood()];
for (const row of rows) report(row, measure(row));

function* decoding() {
  for (const version of [4, 5]) {
    for (const payload of [small, large]) {
      yield decode(`PUBLISH QoS 0, ${payload.length} B`, version, publish({ payload }));
    }
    yield decode('PUBLISH QoS 1, 16 B', version, publish({ qos: 1, packetIdentifier: 7 }));
    yield decode('PUBACK', version, { type: 'puback', packetIdentifier: 7, reasonCode: 0 });
    yield decode('SUBSCRIBE', version, subscribe());
    yield decode('CONNECT', version, connect(version));
  }
  const properties = { contentType: 'text/plain', responseTopic: 'a/b', userProperties };
  yield decode('PUBLISH with 5 properties', 5, publish({ properties }));
}

function* encoding() {
  for (const version of [4, 5]) {
    yield encodeOne('PUBLISH QoS 0, 16 B', version, publish({}));
    yield encodeOne('PUBLISH QoS 1, 16 B', version, publish({ qos: 1, packetIdentifier: 7 }));
    yield encodeOne(
      'PUBLISH QoS 1, 1024 B',
      version,
      publish({ qos: 1, packetIdentifier: 7, payload: large }),
    );
    yield encodeOne('PUBACK', version, { type: 'puback', packetIdentifier: 7, reasonCode: 0 });
    yield encodeOne('SUBACK', version, { type: 'suback', packetIdentifier: 7, reasonCodes: [1] });
  }
}

/** One message for a hundred receivers: our two ways, beside mqtt-packet's one. */
function* fanningOut() {
  for (const payload of [small, large, Buffer.alloc(16_384, 'x')]) {
    const message = publish({ qos: 1, payload });
    const receivers = Array.from({ length: 100 }, (_, index) => ({
      ...message,
      packetIdentifier: index + 1,
    }));
    const batch = Buffer.alloc(payload.length + 100);
    const generate = (packets) => () => {
      for (const packet of packets) mqttPacket.generate(packet, { protocolVersion: 5 });
    };
    const peer = generate(receivers.map(asPeer));
    const each = (deliver) => () => {
      const template = new PublishTemplate(message, 5);
      for (const receiver of receivers) deliver(template, receiver);
    };
    const name = `fan-out, ${payload.length} B`;
    const write = each((template, receiver) => template.write(batch, 0, receiver));
    const copy = each((template, receiver) => template.encode(receiver));
    yield { name: `${name}, QoS 1, into a batch`, count: 100, ours: write, peer };
    yield { name: `${name}, QoS 1, a copy each`, count: 100, ours: copy, peer };
    const unacknowledged = { ...message, qos: 0, packetIdentifier: 0 };
    const shared = each((template) => template.encode(unacknowledged));
    const peerUnacknowledged = generate(receivers.map(() => asPeer(unacknowledged)));
    yield { name: `${name}, QoS 0, shared`, count: 100, ours: shared, peer: peerUnacknowledged };
  }
}

function* userPropertyFlood() {
  const pairs = Array.from({ length: 5000 }, (_, index) => [`n${index}`, `v${index}`]);
  const flood = encode({ ...connect(5), properties: { userProperties: pairs } }, 5);
  yield reading('CONNECT with 5,000 user properties', 5, flood, 1);
}

function decode(name, version, packet) {
  const bytes = encode(packet, version);
  const count = packet.type === 'connect' ? 1 : Math.max(1, Math.floor(65_536 / bytes.length));
  return reading(`decode ${name}, v${version}`, version, Buffer.concat(Array(count).fill(bytes)), count);
}

function reading(name, version, chunk, count) {
  const isConnect = chunk[0] >> 4 === 1;
  const options = { maximumOtherSize: 1e6, topicNames, ...(isConnect ? {} : { version }) };
  const kept = createPacketParser(options);
  const ours = () => {
    const parser = isConnect ? createPacketParser(options) : kept;
    parser.push(chunk);
    let seen = 0;
    while (parser.next() !== undefined) seen++;
    if (seen !== count) throw new Error(`${name}: ${seen} of ${count} packets`);
  };
  const peerParser = mqttPacket.parser({ protocolVersion: version });
  let seenByPeer = 0;
  peerParser.on('packet', () => seenByPeer++);
  peerParser.on('error', (error) => {
    throw error;
  });
  const peer = () => {
    seenByPeer = 0;
    peerParser.parse(chunk);
    if (seenByPeer !== count) throw new Error(`${name}: mqtt-packet gave ${seenByPeer} of ${count}`);
  };
  return { name, count, ours, peer };
}

function encodeOne(name, version, packet) {
  const peerPacket = asPeer(packet);
  return {
    name: `encode ${name}, v${version}`,
    count: 1,
    ours: () => encode(packet, version),
    peer: () => mqttPacket.generate(peerPacket, { protocolVersion: version }),
  };
}

/** A packet's bytes; a client's as mqtt-packet writes them. */
function encode(packet, version) {
  if (packet.type === 'connect') return encodeConnect(packet);
  if (packet.type !== 'subscribe') return encodeOurs(packet, version);
  const subscriptions = packet.subscriptions.map(({ topicFilter: topic, qos }) => ({ topic, qos }));
  return mqttPacket.generate({ ...asPeer(packet), subscriptions }, { protocolVersion: version });
}

function encodeConnect({ protocolVersion, clientIdentifier, keepAlive, userName, properties }) {
  return mqttPacket.generate({
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion,
    clean: true,
    clientId: clientIdentifier,
    keepalive: keepAlive,
    username: userName,
    ...(properties && { properties: { userProperties: Object.fromEntries(properties.userProperties) } }),
  });
}

function publish(fields) {
  const { qos = 0, packetIdentifier = 0, payload = small, properties } = fields;
  return {
    type: 'publish',
    topic: 'led/21/duty',
    payload,
    qos,
    retain: false,
    dup: false,
    packetIdentifier,
    properties,
  };
}

function subscribe() {
  const subscription = { qos: 1, noLocal: false, retainAsPublished: false, retainHandling: 0 };
  return {
    type: 'subscribe',
    packetIdentifier: 7,
    subscriptions: [{ topicFilter: 'led/+/duty', ...subscription }],
  };
}

function connect(protocolVersion) {
  const clientIdentifier = 'bench-client-1';
  return {
    type: 'connect',
    protocolVersion,
    cleanStart: true,
    keepAlive: 60,
    clientIdentifier,
    userName: 'ana',
  };
}

function asPeer({ type, packetIdentifier, reasonCodes, ...rest }) {
  return { cmd: type, messageId: packetIdentifier, granted: reasonCodes, ...rest };
}

/** Interleaved, so that a change in the machine's mood meets both. */
function measure({ ours, peer, count }) {
  const times = { ours: [], peer: [] };
  for (let round = 0; round < ROUNDS; round++) {
    times.ours.push(time(ours) / count);
    times.peer.push(time(peer) / count);
  }
  return { ours: median(times.ours), peer: median(times.peer) };
}

function time(run) {
  const started = process.cpuUsage();
  const until = performance.now() + ROUND_MS;
  let runs = 0;
  while (performance.now() < until) {
    for (let index = 0; index < 16; index++) run();
    runs += 16;
  }
  const { user, system } = process.cpuUsage(started);
  return (user + system) / runs;
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function report({ name }, { ours, peer }) {
  const columns = [name.padEnd(48), ours.toFixed(3).padStart(9), peer.toFixed(3).padStart(9)];
  console.log(...columns, `${(peer / ours).toFixed(1)}×`.padStart(7));
}
