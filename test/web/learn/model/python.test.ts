import { describe, expect, it } from 'vitest';
import { type PythonTarget, pythonProgram } from '../../../../web/learn/model/python.ts';

const target: PythonTarget = {
  address: 'http://192.168.1.10:5000/',
  light: 'ana/led/21/duty',
  status: 'ana/learn/python/status',
  pigpiodPort: 8889,
  notes: { token: undefined, version: 'For paho 2.' },
};

describe('the program with paho', () => {
  it('finds the hub at the page’s address', () => {
    const program = pythonProgram('paho', target);
    expect(program).toContain('client.connect("192.168.1.10", 5000)');
    expect(program).toContain('ws_set_options(path="/mqtt")');
    expect(program).not.toMatch(/TOKEN|tls_set/);
  });

  it.each([
    ['https://pi.example/', '"pi.example", 443', '"/mqtt"', true],
    ['http://pi.example/lab/', '"pi.example", 80', '"/lab/mqtt"', false],
    ['http://[fe80::1]:5000/', '"fe80::1", 5000', '"/mqtt"', false],
  ])(
    'finds it behind a proxy, below a path, and at an address of IPv6: %s',
    (address, where, path, isSecure) => {
      const program = pythonProgram('paho', { ...target, address });
      expect(program).toContain(`client.connect(${where})`);
      expect(program).toContain(`path=${path}`);
      expect(program.includes('client.tls_set()')).toBe(isSecure);
    },
  );

  it('has a place for a token if the hub asks for one', () => {
    const program = pythonProgram('paho', { ...target, notes: { ...target.notes, token: 'Paste it here.' } });
    expect(program).toContain('TOKEN = ""  # Paste it here.');
    expect(program).toContain('username_pw_set("token", TOKEN)');
    const notes = { ...target.notes, token: 'Yours.' };
    expect(pythonProgram('paho', { ...target, token: 'ph_1', notes })).toContain('TOKEN = "ph_1"  # Yours.');
  });
});

it.each(['gpiozero', 'pigpio'] as const)('the program with %s finds the pigpiod of the hub', (library) => {
  expect(pythonProgram(library, target)).toContain('8889');
});
