import { describe, expect, it } from 'vitest';
import { settleVariables } from '../../../hub/cli/environment.ts';
import { nearest } from '../../../hub/cli/nearest.ts';
import { createProgram } from '../../../hub/cli/program.ts';
import { HubError } from '../../../hub/core/error.ts';
import { NO_ACTIONS } from './no-actions.ts';

const program = createProgram('0', NO_ACTIONS);

describe('variables of the environment', () => {
  it('that mean something are not spoken of, whatever command they are for, nor those of others', () => {
    const known = [
      'PINHUB_PORT',
      'PINHUB_NO_MQTT',
      'PINHUB_HUB',
      'PINHUB_TOKEN',
      'PINHUB_TOKEN_FILE',
      'PINHUB_CONFIG',
    ];
    const environment = Object.fromEntries(
      [...known, 'PINHUB', 'PORT', 'XPINHUB_PROT'].map((name) => [name, '1']),
    );
    const before = { ...environment };
    expect(settleVariables(environment, program)).toEqual(before);
    expect(environment).toEqual(before);
  });

  it.each([
    ['PINHUB_PROT', ', did you mean PINHUB_PORT?'],
    ['PINHUB_MQTTPORT', ', did you mean PINHUB_MQTT_PORT?'],
    ['PINHUB_NO_MQQT', ', did you mean PINHUB_NO_MQTT?'],
    ['PINHUB_MQTT', ', did you mean PINHUB_NO_MQTT?'],
    ['PINHUB_port', ', did you mean PINHUB_PORT?'],
    ['PINHUB_SERVICE_HOST', '; npx pinhub start --help lists them'],
  ])('that mean nothing are refused, with what may have been meant: %s', (name, suggestion) => {
    expect(() => settleVariables({ [name]: '1' }, program)).toThrow(
      new HubError('option/invalid', `environment: ${name} is no setting${suggestion}`),
    );
  });
});

describe('a variable that switches', () => {
  const NAMES = ['PINHUB_EPHEMERAL', 'PINHUB_NO_MQTT', 'PINHUB_NO_PIGPIOD', 'PINHUB_HOST'];

  it.each(['0', 'false', 'no', 'off', 'No', 'FALSE'])('is off by %j, and given all the same', (value) => {
    const environment = Object.fromEntries(NAMES.map((name) => [name, value]));
    const before = { ...environment };
    expect(settleVariables(environment, program), 'over what a file says').toEqual(before);
    expect(environment).toEqual({});
  });

  it.each(['1', 'true', 'yes', 'on', 'True'])('is on by %j', (value) => {
    const environment = Object.fromEntries(NAMES.map((name) => [name, value]));
    settleVariables(environment, program);
    expect(Object.keys(environment)).toEqual(NAMES);
    expect(environment.PINHUB_HOST, 'every address').toBe('::');
  });

  it.each(['maybe', '2', ' ', 'tru'])('is refused with what is allowed, by %j', (value) => {
    for (const name of ['PINHUB_EPHEMERAL', 'PINHUB_NO_MQTT']) {
      expect(() => settleVariables({ [name]: value }, program)).toThrow(
        new HubError(
          'option/invalid',
          `environment: ${name} must be 1, true, yes, on (or 0, false, no, off, as if it were not set), not "${value}"`,
        ),
      );
    }
  });
});

it('a variable that is empty is as good as not set, whatever it is for', () => {
  const names = ['PINHUB_HOST', 'PINHUB_PORT', 'PINHUB_EPHEMERAL', 'PINHUB_TOKEN', 'PINHUB_DATA'];
  const environment = Object.fromEntries(names.map((name) => [name, '']));
  expect(settleVariables(environment, program)).toEqual({});
  expect(environment).toEqual({});
});

describe('what was probably meant', () => {
  it.each([
    ['kitten', ['sitting', 'kitchen'], 'kitchen'],
    ['abcd', ['abcde', 'xbcde'], 'abcde'],
    ['durabilty', ['data', 'durability'], 'durability'],
    ['data', ['port'], undefined],
    ['a', ['b'], undefined],
    ['', ['b'], undefined],
  ])('by %j of %j is %j', (name, known, expected) => {
    expect(nearest(name, known)).toBe(expected);
  });
});
