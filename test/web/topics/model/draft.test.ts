import { describe, expect, it } from 'vitest';
import {
  type Draft,
  EMPTY_DRAFT,
  faultOf,
  layOut,
  publicationOf,
} from '../../../../web/topics/model/draft.ts';

const draft = (changes: Partial<Draft>): Draft => ({ ...EMPTY_DRAFT, topic: 'a', ...changes });

describe('A message that is being written', () => {
  it.each<[Partial<Draft>, string | undefined]>([
    [{}, undefined],
    [{ topic: '' }, undefined],
    [{ topic: 'a/#' }, 'topic'],
    [{ form: 'json', payload: '{"a":1}' }, undefined],
    [{ form: 'json', payload: '{' }, 'json'],
    [{ form: 'base64', payload: 'AP8=' }, undefined],
    [{ form: 'base64', payload: '?' }, 'base64'],
    [{ expirySeconds: '0' }, 'expiry'],
    [{ expirySeconds: '1.5' }, 'expiry'],
    [{ responseTopic: '+' }, 'responseTopic'],
    [{ userProperties: 'a: 1\nb' }, 'userProperties'],
  ])('may have a fault, which is named: %j', (changes, fault) => {
    expect(faultOf(draft(changes))?.is).toBe(fault);
  });

  it('is published with all that was typed, and nothing else', () => {
    expect(publicationOf(draft({ payload: '1' }))).toEqual({
      topic: 'a',
      payload: '1',
      options: { qos: 0, retain: false },
    });
    const full = draft({
      form: 'base64',
      payload: 'AP8=',
      qos: 2,
      retain: true,
      contentType: 'text/x',
      responseTopic: 're',
      correlationData: 'é',
      expirySeconds: '60',
      userProperties: 'a: 1\n\nb:  x:y',
    });
    expect(publicationOf(full)).toEqual({
      topic: 'a',
      payload: new Uint8Array([0, 0xff]),
      options: {
        qos: 2,
        retain: true,
        expirySeconds: 60,
        properties: {
          contentType: 'text/x',
          responseTopic: 're',
          correlationData: new TextEncoder().encode('é'),
          userProperties: [
            ['a', '1'],
            ['b', ' x:y'],
          ],
        },
      },
    });
  });

  it('is laid out if it is JSON, and left alone if it is not', () => {
    expect(layOut('{"a":[1]}')).toBe('{\n  "a": [\n    1\n  ]\n}');
    expect(layOut('{"a"')).toBe('{"a"');
    const deep = '['.repeat(900_000) + ']'.repeat(900_000);
    expect(layOut(deep) === deep).toBe(true);
  });
});
