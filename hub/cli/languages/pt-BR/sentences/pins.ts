import type { Sentence } from '../../translate.ts';

/** Drivers, pins and devices. The banner shows the reasons for the choice of a driver. */
export const pins: readonly Sentence[] = [
  ['the driver {name} was asked for', 'foi pedido o driver {name}'],
  ['So the pins are those of a virtual Pi', 'Então os pinos são os de um Pi virtual'],
  ['a pigpiod answers at {address}', 'um pigpiod responde em {address}'],
  ['{driver} has opened its pins', 'o driver {driver} abriu os pinos'],
  ['there is no driver {name}; there are {known}', 'o driver {name} não existe; existem {known}'],
  ['no driver works here: {~reasons}', 'nenhum driver serve: {reasons}'],
  ['the driver {name} failed: {~reason}', 'o driver {name} falhou: {reason}'],
  ['no pigpiod answers at {address}; {~remedy}', 'nenhum pigpiod responde em {address}; {remedy}'],
  ['no rgpiod answers at {address}; {~remedy}', 'nenhum rgpiod responde em {address}; {remedy}'],
  ['"sudo pigpiod" starts one on a Pi up to 4', '"sudo pigpiod" inicia um (até o Pi 4)'],
  [
    'on Raspberry Pi OS "sudo apt install rgpiod" installs it',
    'no Raspberry Pi OS, "sudo apt install rgpiod" o instala',
  ],
  [
    "the pigpiod at {address} is a virtual Pi, another hub's; --driver pigpiod shares it",
    'o pigpiod em {address} é o Pi virtual de outro hub; --driver pigpiod o compartilha',
  ],
  ['this computer is not a Raspberry Pi', 'este computador não é um Raspberry Pi'],
  [
    'npm pigpio is not installed; on a Raspberry Pi, npm install pigpio compiles it',
    'o pacote pigpio não está instalado; num Raspberry Pi, npm install pigpio o compila',
  ],
  [
    'npm pigpio has no binding to the C library here; it is compiled on a Raspberry Pi only',
    'o pacote pigpio não tem aqui a ligação com a biblioteca C; ela só é compilada num Raspberry Pi',
  ],
  [
    'npm pigpio cannot drive a Raspberry Pi 5, whose pins are on another chip',
    'o pacote pigpio não controla um Raspberry Pi 5, cujos pinos ficam em outro chip',
  ],
  [
    'npm pigpio did not initialize ({~reason}): it needs root, a Raspberry Pi up to 4, and no running pigpiod',
    'o pacote pigpio não iniciou ({reason}): ele precisa de root, de um Raspberry Pi até o 4 e de que nenhum pigpiod esteja rodando',
  ],
  [
    'the kernel has no PWM channel on this {model}, and {~reason}; for GPIO {gpio}, {~advice}',
    'o kernel não tem um canal de PWM neste {model}, e {reason}; para o GPIO {gpio}, {advice}',
  ],
  [
    'the kernel shows no PWM channel: {~hidden}, and {~reason}',
    'o kernel não mostra nenhum canal de PWM: {hidden}, e {reason}',
  ],
  ['add the line {line} to {file} and reboot', 'acrescente a linha {line} a {file} e reinicie o Pi'],
  ['Inputs by the GPIO character device', 'Entradas pelo dispositivo de caracteres do GPIO'],
  ['Inputs by rgpiod at {address}', 'Entradas pelo rgpiod em {address}'],
  ['No inputs: {~reason}', 'Sem entradas: {reason}'],
  [
    'this user may not open /dev/gpiochip*; {~remedy}',
    'este usuário não tem permissão para abrir /dev/gpiochip*; {remedy}',
  ],
  ['this user may not read {path}; {~remedy}', 'este usuário não tem permissão para ler {path}; {remedy}'],
  [
    'this user may not write {path}; {~remedy}',
    'este usuário não tem permissão para escrever em {path}; {remedy}',
  ],
  [
    '"sudo usermod -aG gpio $USER" and a new login permit it on Raspberry Pi OS; elsewhere only root may',
    'no Raspberry Pi OS, "sudo usermod -aG gpio $USER" e um novo login dão a permissão; em outros sistemas, só root pode',
  ],
  [
    "no /dev/gpiochip* has the pins of a Raspberry Pi's header",
    'nenhum /dev/gpiochip* tem os pinos do conector de um Raspberry Pi',
  ],
  [
    'the GPIO character device needs npm koffi, which is not installed; "npm install koffi" installs it; "sudo npm install --global koffi" if Pinhub is installed globally',
    'o dispositivo de caracteres do GPIO precisa do pacote koffi, que não está instalado; "npm install koffi" o instala, ou "sudo npm install --global koffi", se o Pinhub está instalado globalmente',
  ],
  ['npm koffi does not work here; {~reason}', 'o pacote koffi não funciona aqui; {reason}'],

  ['the device {device} is named twice', 'o dispositivo {device} aparece duas vezes'],
  [
    '{device} has no name after "=", as in led/21=Lamp',
    '{device} não tem um nome depois de "=", como em led/21=Luz',
  ],
  [
    '{device} is not a device; it must be "<kind>/<id>", as in "led/21"',
    '{device} não é um dispositivo; precisa ser "<tipo>/<id>", como "led/21"',
  ],
  [
    'there is no kind of device {kind}; there are {known}',
    'o tipo de dispositivo {kind} não existe; existem {known}',
  ],
  [
    '{id} is not a GPIO number; it must be one of the header\'s, 2–27, as in "led/21"',
    '{id} não é um número de GPIO; precisa ser um do conector, de 2 a 27, como em "led/21"',
  ],
  [
    '{id} must be three GPIO numbers, red-green-blue, as in "rgb/5-6-13"',
    '{id} precisa ser três números de GPIO, vermelho-verde-azul, como em "rgb/5-6-13"',
  ],
  ['{name} is {text}; it must be 1–65535', '{name} é {text}; precisa ser de 1 a 65535'],
  [
    '--pigpiod-port {port} is where the driver pigpiod looks for its pigpiod; another is needed',
    '--pigpiod-port {port} é onde o driver pigpiod procura o pigpiod dele; escolha outra porta',
  ],
  [
    'GPIO {gpio} is not a pin of this board, or is reserved; allowed are {gpios}',
    'o GPIO {gpio} não é um pino desta placa, ou é reservado; são permitidos {gpios}',
  ],
  ['GPIO {gpio} is in use by {owner}', 'o GPIO {gpio} está em uso por {owner}'],
  [
    'GPIO {gpio} is in use by {owner}; free are {gpios}',
    'o GPIO {gpio} está em uso por {owner}; estão livres: {gpios}',
  ],
];
