import type { Sentence } from '../../translate.ts';

/** Drivers, pins and devices. The banner shows the reasons for the choice of a driver. */
export const pins: readonly Sentence[] = [
  ['the driver {name} was asked for', 'o driver {name} foi pedido'],
  ['So the pins are those of a virtual Pi', 'Por isso, os pinos são os de um Pi virtual'],
  ['a pigpiod answers at {address}', 'um pigpiod responde em {address}'],
  ['{driver} has opened its pins', 'o driver {driver} abriu os pinos'],
  ['there is no driver {name}; there are {known}', 'o driver {name} não existe; existem {known}'],
  ['no driver works here: {~reasons}', 'nenhum driver funciona aqui: {reasons}'],
  ['the driver {name} failed: {~reason}', 'o driver {name} falhou: {reason}'],
  ['no {daemon} answers at {address}; {~remedy}', 'nenhum {daemon} responde em {address}; {remedy}'],
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
    'o pacote pigpio não iniciou ({reason}): ele exige root, um Raspberry Pi até o 4 e que o pigpiod não esteja rodando',
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
    'the GPIO character device needs npm koffi, which is not installed; {~remedy}',
    'o dispositivo de caracteres do GPIO precisa do pacote koffi, que não está instalado; {remedy}',
  ],
  [
    '"npm install koffi" installs it; "sudo npm install --global koffi" if Pinhub is installed globally',
    '"npm install koffi" o instala, ou "sudo npm install --global koffi", se o Pinhub está instalado globalmente',
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
    '{id} não são três números de GPIO, vermelho-verde-azul, como em "rgb/5-6-13"',
  ],
  ['{name} is {text}; it must be 1–65535', '{name} é {text}; precisa estar entre 1 e 65535'],
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
  ['the device {device}: {~reason}', 'o dispositivo {device}: {reason}'],
  [
    'GPIO {gpio} is in use by another program, which gave no name',
    'o GPIO {gpio} está em uso por outro programa, que não deu um nome',
  ],
  [
    'GPIO {gpio} is in use by the program or driver "{user}"',
    'o GPIO {gpio} está em uso pelo programa ou driver "{user}"',
  ],
  [
    'GPIO {gpio} is in use: the kernel itself uses its PWM channel (audio, a fan or a backlight)',
    'o GPIO {gpio} está em uso: o próprio kernel usa o canal de PWM dele (áudio, ventoinha ou luz da tela)',
  ],
  [
    'GPIO {gpio} shares its PWM channel with GPIO {other}, which was used first',
    'o GPIO {gpio} divide o canal de PWM com o GPIO {other}, que foi usado antes',
  ],
  [
    'GPIO {gpio} no longer has a PWM channel; its overlay was removed',
    'o GPIO {gpio} não tem mais um canal de PWM; o overlay dele foi removido',
  ],
  ['GPIO {gpio} was released', 'o GPIO {gpio} foi liberado'],
  [
    'GPIO {gpio} cannot be {~use} with the driver {driver}',
    'o GPIO {gpio} não pode {use} com o driver {driver}',
  ],
  ['given PWM', 'ter PWM'],
  ['an output', 'ser uma saída'],
  ['an input', 'ser uma entrada'],
  [
    'rgpiod described a line in {bytes} bytes instead of {expected}',
    'o rgpiod descreveu uma linha em {bytes} bytes em vez de {expected}',
  ],
  [
    'the button on GPIO {gpio} is real: only a hand can press it',
    'o botão no GPIO {gpio} é de verdade: só dá para apertar com a mão',
  ],
  [
    'GPIO {gpio} is real: only a wire on it can change its level',
    'o GPIO {gpio} é de verdade: só um fio pode mudar o nível dele',
  ],
  ['{path} cannot be written: {~reason}', 'não dá para escrever em {path}: {reason}'],
  ['/sys is read-only here, as it is in a container', 'aqui /sys é só de leitura, como num contêiner'],
  ['{path} refused GPIO {gpio} with {errno}', '{path} recusou o GPIO {gpio} com {errno}'],
  ['cannot open {path}: {~reason}', 'não dá para abrir {path}: {reason}'],
  ['the kernel refused PWM on GPIO {gpio}: {reason}', 'o kernel recusou PWM no GPIO {gpio}: {reason}'],
  ['the kernel refused GPIO {gpio} with {errno}', 'o kernel recusou o GPIO {gpio} com {errno}'],
  ['the kernel answered {text}, not a number of ns', 'o kernel respondeu {text}, e não um número de ns'],
  ['the GPIO chip cannot be reached: {~reason}', 'o chip de GPIO não pode ser acessado: {reason}'],
  ['the chip of GPIO {gpio} cannot be reached', 'o chip do GPIO {gpio} não pode ser acessado'],
  ['the driver was closed', 'o driver foi encerrado'],
  ['the virtual pins are closed', 'os pinos virtuais foram encerrados'],
  ['{device} is closed', '{device} já foi encerrado'],
  ['no connection', 'sem conexão'],
  ['rgpiod was not looked for', 'o rgpiod não foi procurado'],
  [
    "the rgpiod at {address} has no pins of a Raspberry Pi's header",
    'o rgpiod em {address} não tem os pinos do conector de um Raspberry Pi',
  ],
  ['an answer of {bytes} bytes: this is not rgpiod', 'uma resposta de {bytes} bytes: isto não é o rgpiod'],
  [
    'rgpiod answered command {answered} instead of {name}',
    'o rgpiod respondeu ao comando {answered} em vez de {name}',
  ],
  [
    'pigpiod answered command {answered} instead of {name}',
    'o pigpiod respondeu ao comando {answered} em vez de {name}',
  ],
  ['rgpiod refused {command} with {status}: {~reason}', 'o rgpiod recusou {command} com {status}: {reason}'],
  ['pigpio refused {command} with {status}: {~reason}', 'o pigpio recusou {command} com {status}: {reason}'],
  ['{name} sent an answer without a request', '{name} mandou uma resposta que ninguém pediu'],
  ['lost {name} at {address}: {~reason}', 'a conexão com {name} em {address} caiu: {reason}'],
  [
    'no GPIO has one of the PWM frequencies of pigpio',
    'nenhum GPIO tem uma das frequências de PWM do pigpio',
  ],
  ['npm pigpio did not close cleanly: {reason}', 'o pacote pigpio não encerrou direito: {reason}'],
  ['{command} failed in npm pigpio', '{command} falhou no pacote pigpio'],
  [
    'GPIO {gpio} has no PWM channel on this {model} that could be seen: {~hidden}',
    'não foi possível ver um canal de PWM para o GPIO {gpio} neste {model}: {hidden}',
  ],
  [
    'GPIO {gpio} has no PWM channel on this {model}; {~advice}',
    'o GPIO {gpio} não tem um canal de PWM neste {model}; {advice}',
  ],
  ['{~advice}, or run rgpiod, for PWM by software', '{advice}, ou rode o rgpiod, para PWM por software'],
  [
    'GPIO {gpio} cannot be an input: PWM by sysfs has no inputs; use the driver linux',
    'o GPIO {gpio} não pode ser uma entrada: o PWM por sysfs não tem entradas; use o driver linux',
  ],
  ['{model}: PWM {~ways}. {~inputs}', '{model}: PWM {ways}. {inputs}'],
  ['by the kernel on GPIO {gpios} ({~kind}); {~others}', 'pelo kernel no GPIO {gpios} ({kind}); {others}'],
  ['by rgpiod at {address} on GPIO {gpios}', 'pelo rgpiod em {address} no GPIO {gpios}'],
  ['none on GPIO {gpios} ({~reason})', 'nenhum no GPIO {gpios} ({reason})'],
  ['hardware', 'hardware'],
  ["the RP1's PIO", 'PIO do RP1'],
  ['a timer', 'temporizador'],
  ['the GPIO chip cannot be read: {~reason}', 'o chip de GPIO não pode ser lido: {reason}'],
  [
    'duty cycle {percent}; it must be 0–100 percent',
    'ciclo de trabalho {percent}; precisa estar entre 0% e 100%',
  ],
  ['frequency {hz}; it must be 0 Hz or more', 'frequência {hz}; precisa ser 0 Hz ou mais'],
  ['GPIO {gpio} cannot be used on this board', 'o GPIO {gpio} não pode ser usado nesta placa'],
  [
    '{topic} does not name a GPIO: it must be a number, as in board/gpio/17/level',
    '{topic} não indica um GPIO: precisa ser um número, como em board/gpio/17/level',
  ],
  ['{text} is not a level: allowed are 0, 1 and open', '{text} não é um nível: são permitidos 0, 1 e open'],
  [
    'the mirror was closed before the level of the pin was known',
    'o pigpiod foi encerrado antes de o nível do pino ser conhecido',
  ],
  ['it closed the connection', 'ele encerrou a conexão'],
  ['no answer within {ms} ms', 'sem resposta em {ms} ms'],
  ['not connected yet', 'ainda sem conexão'],
];
