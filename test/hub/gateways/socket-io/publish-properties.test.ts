import { describe, expect, it } from 'vitest';
import { HubError } from '../../../../hub/core/error.ts';
import { parsePublish } from '../../../../hub/gateways/socket-io/event.ts';

const LIMITS = { payloadBytes: 100, topicLevels: 8, filtersAtOnce: 1 };
const parse = (options: object) => parsePublish(['a', '1', options], LIMITS, 5_000);

describe('The properties of a published message', () => {
  it('go with it, and its expiry counts from now', () => {
    const bytes = new Uint8Array([0xff]);
    const properties = {
      contentType: 'text/x',
      responseTopic: 're/ply',
      correlationData: bytes,
      userProperties: [
        ['a', '1'],
        ['a', ''],
      ],
    };
    const message = parse({ properties, expirySeconds: 60, qos: 1 });
    expect([message.properties, message.expiresAt, message.qos]).toEqual([properties, 65_000, 1]);
    expect(message.properties?.correlationData, 'a copy').not.toBe(bytes);
    expect(parse({})).toMatchObject({ properties: undefined, expiresAt: undefined });
  });

  it.each([
    [{ properties: { contentType: 'a\0b' } }],
    [{ properties: { contentType: '\ud800' } }],
    [{ properties: { responseTopic: 'a/#' } }],
    [{ properties: { userProperties: [['a']] } }],
    [{ properties: { userProperties: [['a', 'x'.repeat(65_535)]] } }],
    [{ properties: { payloadFormatIndicator: 1 } }],
    [{ expirySeconds: 0 }],
    [{ expirySeconds: 2 ** 32 }],
  ])('are refused if MQTT could not carry them: %j', (options) => {
    expect(() => parse(options)).toThrow(HubError);
  });
});
