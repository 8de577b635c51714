// The cost of decoding and encoding a packet, in microseconds of CPU time, compared with mqtt-packet in the same run.
// Needs the compiled codec: `npm run build`, then `node bench/mqtt-codec.mjs`.
import mqttPacket from 'mqtt-packet';
import {
  encode as encodeOurs,
  PacketParser,
  PublishTemplate,
  sharedDelivery,
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

/** One message for a hundred receivers, written into one batch; mqtt-packet creates a buffer for each. */
function* fanningOut() {
  for (const payload of [small, large, Buffer.alloc(16_384, 'x')]) {
    const message = publish({ payload });
    const batch = Buffer.alloc(payload.length + 100);
    for (const qos of [0, 1]) {
      const receivers = Array.from({ length: 100 }, (_, index) => ({
        ...message,
        qos,
        packetIdentifier: qos && index + 1,
      }));
      const deliveries = receivers.map(deliveryOf);
      const peerPackets = receivers.map(asPeer);
      const ours = () => {
        const template = new PublishTemplate(message, 5);
        for (const delivery of deliveries) template.write(batch, 0, delivery);
      };
      const peer = () => {
        for (const packet of peerPackets) mqttPacket.generate(packet, { protocolVersion: 5 });
      };
      yield { name: `fan-out, ${payload.length} B, QoS ${qos}`, count: 100, ours, peer };
    }
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
  const options = { maximumPacketSize: 1e6, maximumOtherSize: 1e6, topicNames };
  const kept = new PacketParser(options);
  kept.push(encode(connect(version), version));
  kept.next();
  const ours = () => {
    const parser = isConnect ? new PacketParser(options) : kept;
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
  const ours = packet.type === 'publish' ? encodePublish : encodeOurs;
  return {
    name: `encode ${name}, v${version}`,
    count: 1,
    ours: () => ours(packet, version),
    peer: () => mqttPacket.generate(peerPacket, { protocolVersion: version }),
  };
}

/** Encodes a packet; mqtt-packet encodes CONNECT and SUBSCRIBE. */
function encode(packet, version) {
  if (packet.type === 'connect') return encodeConnect(packet);
  if (packet.type === 'publish') return encodePublish(packet, version);
  if (packet.type !== 'subscribe') return encodeOurs(packet, version);
  const subscriptions = packet.subscriptions.map(({ topicFilter: topic, qos }) => ({ topic, qos }));
  return mqttPacket.generate({ ...asPeer(packet), subscriptions }, { protocolVersion: version });
}

function encodePublish(packet, version) {
  const template = new PublishTemplate(packet, version);
  const delivery = deliveryOf(packet);
  const bytes = Buffer.allocUnsafe(template.byteLength(delivery));
  template.write(bytes, 0, delivery);
  return bytes;
}

function deliveryOf({ qos, packetIdentifier }) {
  return sharedDelivery({ qos, retain: 0, duplicate: false, packetIdentifier });
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

/** Interleaves both, so that a change in the machine's load affects both. */
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
