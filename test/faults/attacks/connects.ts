import { connectBytes } from './mqtt-bytes.ts';
import type { Attack } from './target.ts';
import { frame, MQTT_UPGRADE } from './web-bytes.ts';
import { finish, openAll, type Wire } from './wire.ts';

export const CONNECTS = 5_000;

/** Five thousand clients at once, over TCP and WebSocket, that connect, stay for a moment and leave together. */
export const connects: Attack = {
  title: '5,000 connects at once',
  async run({ mqtt, pages }) {
    const half = pages === undefined ? 0 : CONNECTS / 2;
    const [plain, web] = await Promise.all([
      openAll(mqtt, CONNECTS - half),
      pages === undefined ? [] : openAll(pages, half),
    ]);
    await Promise.all([
      ...plain.map((wire, index) => letIn(wire, `tcp-${index}`)),
      ...web.map((wire, index) => letInOverWebSocket(wire, `ws-${index}`)),
    ]);
    return finish([...plain, ...web]);
  },
};

async function letIn(wire: Wire, clientIdentifier: string): Promise<void> {
  await wire.send(connectBytes(clientIdentifier));
  await wire.heard();
}

async function letInOverWebSocket(wire: Wire, clientIdentifier: string): Promise<void> {
  await wire.send(MQTT_UPGRADE);
  await wire.heard();
  await wire.send(frame(connectBytes(clientIdentifier)));
  await wire.heard();
}
