import { describe, expect, it } from 'vitest';
import { checkVariables } from '../../../hub/cli/environment.ts';
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
    expect(() => checkVariables(environment, program)).not.toThrow();
  });

  it.each([
    ['PINHUB_PROT', ', did you mean PINHUB_PORT?'],
    ['PINHUB_MQTTPORT', ', did you mean PINHUB_MQTT_PORT?'],
    ['PINHUB_NO_MQQT', ', did you mean PINHUB_NO_MQTT?'],
    ['PINHUB_MQTT', ', did you mean PINHUB_NO_MQTT?'],
    ['PINHUB_port', ', did you mean PINHUB_PORT?'],
    ['PINHUB_SERVICE_HOST', ''],
  ])('that mean nothing are refused, with what may have been meant: %s', (name, suggestion) => {
    expect(() => checkVariables({ [name]: '1' }, program)).toThrow(
      new HubError('option/invalid', `environment: ${name} is no setting${suggestion}`),
    );
  });
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
