import type { Sentence } from '../../translate.ts';

/** Options, variables and configuration files; also commander's messages about them. */
export const commandLine: readonly Sentence[] = [
  ["error: unknown option '{flag}'", "erro: a opção '{flag}' não existe"],
  ["error: unknown command '{name}'", "erro: o comando '{name}' não existe"],
  ["error: missing required argument '{~what}'", "erro: falta o argumento '{what}'"],
  ["error: option '{flags}' argument missing", "erro: falta o valor da opção '{flags}'"],
  ["error: required option '{flags}' not specified", "erro: falta a opção '{flags}'"],
  [
    "error: option '{flags}' argument '{value}' is invalid. {~reason}",
    "erro: '{value}' não serve para a opção '{flags}'. {reason}",
  ],
  [
    'error: too many arguments. Expected {expected} argument but got {count}.',
    'erro: argumentos demais: o esperado era {expected}, mas vieram {count}.',
  ],
  [
    'error: too many arguments. Expected {expected} arguments but got {count}.',
    'erro: argumentos demais: o esperado era {expected}, mas vieram {count}.',
  ],
  [
    "error: too many arguments for '{command}'. Expected {expected} argument but got {count}.",
    "erro: argumentos demais para '{command}': o esperado era {expected}, mas vieram {count}.",
  ],
  [
    "error: too many arguments for '{command}'. Expected {expected} arguments but got {count}.",
    "erro: argumentos demais para '{command}': o esperado era {expected}, mas vieram {count}.",
  ],
  ['(Did you mean {near}?)', '(Você quis dizer {near}?)'],
  ['(Did you mean one of {near}?)', '(Você quis dizer uma destas: {near}?)'],
  ['Allowed choices are {choices}.', 'Os valores possíveis são {choices}.'],

  ['environment: {~reason}', 'ambiente: {reason}'],
  ['configuration file {path}: {~reason}', 'arquivo de configuração {path}: {reason}'],
  [
    'configuration file {path} cannot be read: {~reason}',
    'o arquivo de configuração {path} não pôde ser lido: {reason}',
  ],
  ['{name} must be {yes} or {no}, not {value}', '{name} precisa ser {yes} ou {no}, e não {value}'],
  ['there is no option {name}', 'a opção {name} não existe'],
  ['there is no option {name}; did you mean {near}?', 'a opção {name} não existe; você quis dizer {near}?'],
  ['{entry} has one value, not a list', '{entry} tem um valor só, não uma lista'],
  [
    '{entry} is an empty list: leave it out, or give it a value',
    '{entry} é uma lista vazia: tire-a ou dê um valor a ela',
  ],
  ['{entry} needs a value, not {value}', '{entry} precisa de um valor, e não de {value}'],
  ['{entry} must be true or false, not {value}', '{entry} precisa ser true ou false, e não {value}'],
  [
    '{entry} must be text, as in {example}, not {value}',
    '{entry} precisa ser um texto, como {example}, e não {value}',
  ],
  ['{entry} cannot be {value}. {~reason}', '{entry} não pode ser {value}. {reason}'],
  [
    '{name} is not a setting; {command} start --help lists the options',
    '{name} não é uma configuração; {command} start --help lista as opções',
  ],
  ['{name} is not a setting, did you mean {near}?', '{name} não é uma configuração; você quis dizer {near}?'],
  [
    '{path}: must be text, a number, true or false, or a list of these',
    '{path}: precisa ser um texto, um número, true, false ou uma lista deles',
  ],
  [
    '{path}: must be limits by name, as in { "queuedMessages": 500 }, or text as in "queuedMessages=500", or a list of such',
    '{path}: precisa ter limites por nome, como { "queuedMessages": 500 }, ou um texto como "queuedMessages=500", ou uma lista de textos assim',
  ],
  [
    '{path}: must be a list of files or packages, as in ["./relay.mjs"]',
    '{path}: precisa ser uma lista de arquivos ou pacotes, como ["./relay.mjs"]',
  ],

  ['It must be devices, as in led/21 servo/18.', 'Precisam ser dispositivos, como led/21 servo/18.'],
  [
    'It must be limits by name, as in queuedMessages=500.',
    'Precisam ser limites por nome, como queuedMessages=500.',
  ],
  ['It must be a whole number from {from} to {to}.', 'Precisa ser um número inteiro de {from} a {to}.'],
  ['It must be a whole number from {from}.', 'Precisa ser um número inteiro a partir de {from}.'],
  [
    'It must be topic levels as in lab/ana, without "+", "#" or a leading "$" or "/".',
    'Precisam ser níveis de tópico, como lab/ana, sem "+" nem "#" e sem "$" ou "/" no começo.',
  ],
  [
    'It must be at least one topic level, as in homeassistant.',
    'Precisa ter ao menos um nível de tópico, como homeassistant.',
  ],
  [
    'It must be a URL, as in http://raspberrypi.local:5000.',
    'Precisa ser uma URL, como http://raspberrypi.local:5000.',
  ],
  [
    'It must be an address of this machine, as in 192.168.1.10; without one, the hub listens on all.',
    'Precisa ser um endereço desta máquina, como 192.168.1.10; sem endereço, o hub atende em todos.',
  ],
  ['It must be a path, as in ./pinhub.', 'Precisa ser um caminho, como ./pinhub.'],
  [
    'It must be addresses of NATS servers, as in nats://a:4222,nats://b:4222.',
    'Precisam ser endereços de servidores NATS, como nats://a:4222,nats://b:4222.',
  ],
  [
    'Everybody on this machine can see a password there: name a file with --cluster-credentials.',
    'Na linha de comando, qualquer pessoa desta máquina vê a senha: indique um arquivo com --cluster-credentials.',
  ],
  [
    'It must be 1 to {most} letters, digits or hyphens, as in main.',
    'Precisa ter de 1 a {most} letras, algarismos ou hífens, como main.',
  ],
  ['there is no limit {name}; there are {known}', 'o limite {name} não existe; existem {known}'],
  [
    '{name} must be a whole number from {from} to {to}, not {value}',
    '{name} precisa ser um número inteiro de {from} a {to}, e não {value}',
  ],
  [
    '{text} is not an origin, as in https://home.example:8123',
    '{text} não é uma origem, como https://home.example:8123',
  ],
  [
    '{text} is not a host name, as in pinhub.example, without port',
    '{text} não é um nome de máquina, como pinhub.example, sem porta',
  ],
  ['{text} is not a path, as in /pinhub', '{text} não é um caminho, como /pinhub'],
  [
    '{folder} is not a folder with files to serve (--www)',
    '{folder} não é uma pasta com arquivos para servir (--www)',
  ],
  [
    '{text} is not a proxy: it must be an address, a network without a zone as in 172.16.0.0/12, or "loopback"',
    '{text} não é um proxy: precisa ser um endereço, uma rede sem zona, como 172.16.0.0/12, ou "loopback"',
  ],
  ['history of {text}: {~reason}', 'histórico de {text}: {reason}'],
  ['a shared subscription has no history', 'uma assinatura compartilhada não tem histórico'],
  [
    'after "?" must come a field of JSON, as in "color.x"',
    'depois de "?" precisa vir um campo do JSON, como "color.x"',
  ],
  [
    '--cert and --key need each other, and --client-ca needs both',
    '--cert e --key só funcionam juntas, e --client-ca precisa das duas',
  ],

  ['there is no file {path} for a plug-in', 'o arquivo {path} de um plug-in não existe'],
  ['plug-in {path} cannot be loaded: {~reason}', 'o plug-in {path} não pôde ser carregado: {reason}'],
  ['plug-in {path}: {~reason}', 'plug-in {path}: {reason}'],
  ['its default export is wrong: {~reason}', 'a exportação padrão dele está errada: {reason}'],
  ['it has {name}; allowed are {members}', 'ele tem {name}; são permitidos {members}'],
  [
    'a hub has one store; {plugins} bring one each',
    'um hub só pode ter um armazenamento, e {plugins} trazem um cada',
  ],
  [
    'the plug-in {name} exists twice; names must differ',
    'o plug-in {name} aparece duas vezes; os nomes precisam ser diferentes',
  ],
  [
    'the kind of device {name} exists twice; names must differ',
    'o tipo de dispositivo {name} aparece duas vezes; os nomes precisam ser diferentes',
  ],
  [
    'the driver {name} exists twice; names must differ',
    'o driver {name} aparece duas vezes; os nomes precisam ser diferentes',
  ],
  [
    'plug-in {plugin}: the {~what} of its kind {kind} cannot be loaded: {~reason}',
    'plug-in {plugin}: o {what} do tipo {kind} não pôde ser carregado: {reason}',
  ],
  ['card', 'cartão'],
  ['part', 'desenho'],
  ['there is no file {path}', 'o arquivo {path} não existe'],
  ['{path} cannot be read ({code})', '{path} não pôde ser lido ({code})'],
];
