import mqtt, { type MqttClient } from 'mqtt';
import { filter, firstValueFrom, map, Subject, startWith } from 'rxjs';
import { render } from './jinja.ts';

/** The announcement of one entity. */
interface Config {
  readonly [name: string]: unknown;
  readonly platform: string;
  readonly unique_id: string;
  readonly availability: readonly { readonly topic: string }[];
}

/** The state of an entity, as Home Assistant shows it. `undefined` is unknown. */
export interface EntityState {
  readonly isAvailable: boolean;
  readonly state?: string;
  /** 0–255. */
  readonly brightness?: number;
  readonly effect?: string;
  readonly rgb?: readonly number[];
  /** All event types since the start. */
  readonly events: readonly string[];
}

/** The values that `light.turn_on` accepts. */
export interface TurnOn {
  readonly brightness?: number;
  readonly rgb?: readonly number[];
  readonly effect?: string;
}

/**
 * A stand-in for Home Assistant's MQTT integration, written after its rules (home-assistant/core, components/mqtt: discovery.py, light/schema_basic.py,
 * event.py, client.py): it finds entities by their announcements, shows their states, and sets them. It is not Home Assistant.
 */
export class HomeAssistant {
  readonly #client: MqttClient;
  readonly #prefix: string;
  readonly #changed = new Subject<void>();
  readonly #entities = new Map<string, EntityModel>();
  /** The entities of each discovery topic. */
  readonly #announced = new Map<string, readonly string[]>();

  private constructor(client: MqttClient, prefix: string) {
    this.#client = client;
    this.#prefix = prefix;
    client.on('message', (topic, payload, { retain }) => this.#receive(topic, String(payload), retain));
    for (const event of ['connect', 'close'] as const) client.on(event, () => this.#changed.next());
  }

  /** Connects as Home Assistant does with this discovery prefix, and announces itself. It reconnects by itself. */
  static async start(url: string, prefix: string): Promise<HomeAssistant> {
    const will = {
      topic: 'homeassistant/status',
      payload: Buffer.from('offline'),
      qos: 0,
      retain: false,
    } as const;
    const client = await mqtt.connectAsync(url, { protocolVersion: 5, reconnectPeriod: 50, will });
    const standIn = new HomeAssistant(client, prefix);
    await client.subscribeAsync([`${prefix}/+/+/config`, `${prefix}/+/+/+/config`]);
    await client.publishAsync('homeassistant/status', 'online');
    return standIn;
  }

  /** The identifiers of all entities, in order. */
  get ids(): readonly string[] {
    return [...this.#entities.keys()].sort();
  }

  /** Marks all entities as unavailable, because there is no connection. */
  state(id: string): EntityState | undefined {
    const state = this.#entities.get(id)?.state;
    return state && { ...state, isAvailable: state.isAvailable && this.#client.connected };
  }

  /** Resolves once an entity is in the wanted state; it may be already. */
  async until(id: string, isGood: (state: EntityState) => boolean): Promise<EntityState> {
    const state$ = this.#changed.pipe(
      startWith(undefined),
      map(() => this.state(id)),
      filter((state) => state !== undefined),
      filter(isGood),
    );
    return firstValueFrom(state$);
  }

  /** Resolves once the known entities are the wanted ones. */
  async untilIds(isGood: (ids: readonly string[]) => boolean): Promise<void> {
    await firstValueFrom(
      this.#changed.pipe(
        startWith(undefined),
        map(() => this.ids),
        filter(isGood),
      ),
    );
  }

  async turnOn(id: string, wanted: TurnOn = {}): Promise<void> {
    for (const [topic, payload] of this.#entity(id).turnOn(wanted)) await this.#publish(id, topic, payload);
  }

  async turnOff(id: string): Promise<void> {
    const { config } = this.#entity(id);
    await this.#publish(id, text(config.command_topic), text(config.payload_off));
  }

  async set(id: string, value: string): Promise<void> {
    await this.#publish(id, text(this.#entity(id).config.command_topic), value);
  }

  /** Ends the stand-in without a goodbye to entities; the hub publishes the will. */
  async stop(): Promise<void> {
    await this.#client.endAsync(true);
  }

  #entity(id: string): EntityModel {
    const entity = this.#entities.get(id);
    if (!entity) throw new Error(`there is no entity ${id}, but ${this.ids}`);
    return entity;
  }

  async #publish(id: string, topic: string, payload: string): Promise<void> {
    await this.#client.publishAsync(topic, payload, { retain: this.#entity(id).config.retain === true });
  }

  #receive(topic: string, payload: string, isRetained: boolean): void {
    if (topic.endsWith('/config')) this.#discover(topic, payload);
    else for (const entity of this.#entities.values()) entity.receive(topic, payload, isRetained);
    this.#changed.next();
  }

  #platformOf(topic: string): string {
    return topic.slice(this.#prefix.length + 1).split('/')[0] ?? '';
  }

  #discover(topic: string, payload: string): void {
    if (payload.includes('migrate_discovery')) return;
    const configs = payload === '' ? [] : configsOf(this.#platformOf(topic), JSON.parse(payload));
    const ids = configs.map(({ unique_id }) => unique_id);
    const elsewhere = new Set([...this.#announced].flatMap(([at, others]) => (at === topic ? [] : others)));
    for (const id of this.#announced.get(topic) ?? [])
      if (!ids.includes(id) && !elsewhere.has(id)) this.#entities.delete(id);
    this.#announced.set(topic, ids);
    for (const config of configs) {
      if (this.#entities.get(config.unique_id)?.isSame(config)) continue;
      const entity = new EntityModel(config);
      this.#entities.set(config.unique_id, entity);
      this.#client.subscribe([...entity.topics]);
    }
  }
}

function configsOf(platform: string, json: Record<string, unknown>): readonly Config[] {
  const { components, ...shared } = json;
  if (platform !== 'device') return [{ ...json, platform } as unknown as Config];
  const all: readonly Partial<Config>[] = Object.values({ ...(components as object) });
  return all.map((component) => ({ ...shared, ...component }) as Config);
}

/** One entity: its configuration, and what it has received. */
class EntityModel {
  readonly config: Config;
  state: EntityState = { isAvailable: false, events: [] };

  constructor(config: Config) {
    this.config = config;
  }

  get topics(): ReadonlySet<string> {
    const { config } = this;
    const states = Object.entries(config).flatMap(([name, topic]) =>
      name.endsWith('state_topic') ? [text(topic)] : [],
    );
    return new Set([...states, ...config.availability.map(({ topic }) => topic)]);
  }

  isSame(config: Config): boolean {
    return JSON.stringify(config) === JSON.stringify(this.config);
  }

  receive(topic: string, payload: string, isRetained: boolean): void {
    const { config } = this;
    if (topic === config.availability[0]?.topic) this.#change({ isAvailable: payload === 'online' });
    if (topic === config.state_topic && payload !== '') this.#receiveState(payload, isRetained);
    if (topic === config.effect_state_topic) this.#change({ effect: payload });
    if (topic === config.brightness_state_topic && Number(payload) > 0)
      this.#change({ brightness: Math.round((Number(payload) / Number(config.brightness_scale)) * 255) });
    if (topic === config.rgb_state_topic && payload !== '') this.#receiveColor(payload);
  }

  /** The messages that `turn_on` publishes, by schema_basic.py. */
  *turnOn({ rgb, effect, ...given }: TurnOn): Generator<readonly [topic: string, payload: string]> {
    const { config, state } = this;
    const isByBrightness = config.on_command_type === 'brightness';
    const brightness = given.brightness ?? (isByBrightness ? (state.brightness ?? 255) : undefined);
    if (rgb) yield this.#color(rgb);
    if (brightness !== undefined && config.brightness_command_topic !== undefined) {
      const scaled = Math.max(1, Math.round((brightness / 255) * Number(config.brightness_scale)));
      yield [text(config.brightness_command_topic), String(scaled)];
    } else if (brightness !== undefined && !rgb && config.rgb_command_topic !== undefined) {
      const color = state.rgb ?? [255, 255, 255];
      yield this.#color(color.map((part) => Math.round((part * brightness) / 255)));
    }
    if (effect !== undefined) yield [text(config.effect_command_topic), effect];
    if (!isByBrightness) yield [text(config.command_topic), text(config.payload_on)];
  }

  #color([red, green, blue]: readonly number[]): readonly [string, string] {
    const template = text(this.config.rgb_command_template);
    return [text(this.config.rgb_command_topic), render(template, { red, green, blue })];
  }

  #receiveState(payload: string, isRetained: boolean): void {
    const { platform, payload_on, payload_off, event_types } = this.config;
    const value = this.#rendered(this.config.state_value_template ?? this.config.value_template, payload);
    if (platform === 'event') {
      if (isRetained) return;
      const { event_type } = JSON.parse(value);
      if (Array.isArray(event_types) && event_types.includes(event_type))
        this.#change({ events: [...this.state.events, event_type] });
    } else if (payload_on === undefined) {
      this.#change({ state: value });
    } else if (value === payload_on || value === payload_off) {
      this.#change({ state: value === payload_on ? 'on' : 'off' });
    }
  }

  /** A light without a brightness topic derives its brightness from the color, and shows the color at full light. */
  #receiveColor(payload: string): void {
    const parts = this.#rendered(this.config.rgb_value_template, payload).split(',').map(Number);
    const brightness = Math.max(...parts);
    if (brightness === 0) return;
    this.#change({
      brightness,
      rgb: parts.map((part) => Math.min(255, Math.round((part / brightness) * 255))),
    });
  }

  #rendered(template: unknown, value: string): string {
    return template === undefined ? value : render(text(template), { value });
  }

  #change(changes: Partial<EntityState>): void {
    this.state = { ...this.state, ...changes };
  }
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new Error(`${JSON.stringify(value)} is no text`);
}
