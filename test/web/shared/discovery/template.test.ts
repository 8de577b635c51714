import { describe, expect, it } from 'vitest';
import { readPick, readWrap } from '../../../../web/shared/discovery/template.ts';

describe('A value template that only picks', () => {
  it.each([
    ['{{ value }}', '21.5', '21.5'],
    ['{{value|int}}', '21.5', '21'],
    ['{{ value_json.a.b }}', '{"a":{"b":7}}', '7'],
    ["{{ value_json['a b'][1] }}", '{"a b":[1,"x"]}', 'x'],
    ['{{ value_json["a"] | float | round(1) }}', '{"a":"2.345"}', '2.3'],
    ['{{- value_json.on | default(false) -}}', '{"on":true}', 'True'],
    ['{{ value_json }}', '{"a":1}', '{"a":1}'],
    ['{{ value_json.a }}', '{"b":1}', undefined],
    ['{{ value_json.a.b }}', '{"a":null}', undefined],
    ['{{ value_json.a }}', 'no JSON', undefined],
    ['{{ value_json.constructor }}', '{}', undefined],
    ['{{ value | int }}', 'warm', undefined],
    ['{{ value_json.a | int }}', '{"a":{"toString":{}}}', undefined],
    ['{{ value_json.a | float | round(1) }}', '{"a":{"valueOf":1,"toString":1}}', undefined],
    ['{{ value | round(-1) }}', '21.5', '22'],
  ])('%s of %s is %s', (template, payload, value) => {
    expect(readPick(template)?.(payload)).toBe(value);
  });

  it.each([
    "{{ 'a' if value else 'b' }}",
    '{{ value * 2 }}',
    '{{ value[1:3] }}',
    '{{ value_json.x + 1 }}',
    '{% if value %}1{% endif %}',
    '{{ value }} °C',
    '{{ values }}',
    '{{ states("x") }}',
    '{{ value | regex_replace("a") }}',
    'on',
    '',
  ])('is not one that computes: %s', (template) => {
    expect(readPick(template)).toBeUndefined();
  });
});

describe('A command template that only wraps', () => {
  it('puts the value into a text', () => {
    expect(readWrap('{{ value }}')?.('5')).toBe('5');
    expect(readWrap('{"level": {{ value | int }}}')?.('5.7')).toBe('{"level": 5}');
  });

  it.each(['{{ value * 2 }}', '{{ value }}{{ value }}', '{% set x %}{{ value }}', '{{ value_json }}', 'ON'])(
    'is not one that computes: %s',
    (template) => {
      expect(readWrap(template)).toBeUndefined();
    },
  );
});
