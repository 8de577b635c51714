import type * as en from '../en/output.ts';
import { ISSUES } from '../issues.ts';

type Output = typeof en.output;

const banner: Output['banner'] = {
  dashboard: 'Painel',
  simulator: 'Pi virtual',
  pins: 'Pinos',
  noPins: 'nenhum (--no-devices)',
  refused: (device, reason) => `${device} não está funcionando: ${reason}`,
  data: 'Dados',
  share: 'Acesso',
  stop: 'Encerrar',
  hub: 'Hub',
  devices: 'Dispositivos',
  otherPort: (port) => `outro programa usa a porta ${port}; escolha uma com --port`,
  noMqtt: 'desligado (--no-mqtt)',
  noTcp: (reason) => `sem TCP: ${reason} com --mqtt-port`,
  noPigpiod: 'desligado (--no-pigpiod)',
  pigpiodFailed: (reason) => `desligado: ${reason} com --pigpiod-port`,
  pigpiod: (port) => `porta ${port}: qualquer programa para pigpio controla o Pi virtual`,
  pigpiodInFront: (port, driver) =>
    `porta ${port}: qualquer programa para pigpio controla os pinos de verdade (driver ${driver}), junto com os dispositivos`,
  homeAssistant: (prefix) => `os dispositivos são anunciados abaixo de ${prefix}/`,
  loopback: (command) => `só esta máquina tem acesso ao hub; ${command} o abre para a sua rede`,
  loopbackWithUsers: (command) =>
    `só esta máquina tem acesso ao hub, e é preciso entrar com usuário e senha; ${command} o abre para a sua rede`,
  warning: 'Atenção',
  unencrypted: 'senhas e tokens passam sem criptografia por esta rede;',
  encrypt: (command) => `--cert e --key criptografam tudo (${command})`,
  control: 'Controlar',
  watch: 'Só observar',
  linksAreNew: 'links novos a cada início; navegadores que já usaram um continuam conectados',
  logInAsUser: 'entre com um dos usuários do hub',
};

const classroom: Output['classroom'] = {
  code: 'Código',
  students: 'Estudantes',
  teacher: 'Professor',
  linkIsNew: 'o link do professor muda a cada início; navegadores que já o usaram continuam conectados',
};

const kept: Output['kept'] = {
  ephemeral: (folder) => `nada é guardado (--ephemeral), exceto usuários e tokens, em ${folder}`,
  ephemeralDespite: (durability, folder) =>
    `nada é guardado (--ephemeral), exceto usuários e tokens, em ${folder}; --durability ${durability} não tem efeito`,
  plugIn: (folder, plugin) => `${folder}, no armazenamento do plug-in ${plugin}`,
  damaged: (folder) => `${folder}; uma parte estava danificada: veja o log`,
  cluster: (hub, cluster, servers, folder) =>
    `hub ${hub} do cluster ${cluster}, em ${servers}; histórico em ${folder}`,
};

const accounts: Output['accounts'] = {
  userAdded: (name, role, place) => `${name} já pode entrar, com o perfil ${role}. Guardado em: ${place}.`,
  userRemoved: (name, place) => `${name} não pode mais entrar. Guardado em: ${place}.`,
  passwordChanged: (name, place) =>
    `${name} tem uma senha nova e precisa entrar de novo em todos os lugares. Guardado em: ${place}.`,
  roleChanged: (name, role, place) => `${name} agora entra com o perfil ${role}. Guardado em: ${place}.`,
  tokenRevoked: (name, place) => `O token ${name} não vale mais. Guardado em: ${place}.`,
  noUsers: (place) => `Não há usuários (${place}).`,
  noTokens: (place) => `Não há tokens (${place}).`,
  userColumns: ['NOME', 'PERFIL', 'DESDE'],
  tokenColumns: ['NOME', 'PERFIL', 'DESDE', 'ÚLTIMO USO', 'VALE ATÉ'],
  unknownRole: (role) => `${role} (perfil inexistente)`,
  never: 'nunca',
  nextStart: 'próximo início',
  password: 'Senha: ',
  onceMore: 'De novo: ',
};

const cert: Output['cert'] = {
  validFor: (names, until) =>
    `Para ${names}, até ${until.toLocaleDateString('pt-BR', { dateStyle: 'long' })}:`,
  trust: (path, example) => `Para um programa confiar nele: --ca ${path}, como em ${example} --ca …`,
  browsers:
    'Os navegadores vão avisar que ele não é confiável, até você dizer que confia: nenhuma autoridade o assinou.',
};

const pins: Output['pins'] = {
  columns: ['GPIO', 'PINO', 'PWM', 'RESOLUÇÃO', 'AGORA', 'QUEM USA', 'PARA PWM DO KERNEL'],
  unknown: 'desconhecido',
  noName: 'sem nome',
  output: 'saída',
  input: 'entrada',
  mayBeMore: (reason) => `Pode haver mais PWM: ${reason}.`,
  whoKnows: 'Só o rgpiod ou o dispositivo de caracteres do GPIO sabe quem está usando um pino.',
  whereLinesGo: (file) => `Ponha as linhas em ${file} e reinicie o Pi; veja docs/wiring.md.`,
  fourPio: 'No máximo quatro pinos podem ter pwm-pio.',
};

const cluster: Output['cluster'] = {
  conditions: {
    serves: 'em serviço',
    drains: 'saindo',
    gone: 'fora do ar',
    stopped: 'parado',
    adopted: 'substituído',
  },
  adoptedBy: (hub) => `substituído por ${hub}`,
  hubColumns: ['HUB', 'ESTADO', 'PROCESSO', 'ÉPOCA', 'DESDE', 'ENDEREÇOS'],
  logColumns: ['LOG', 'ENTRADAS', 'BYTES', 'COMPLETO EM'],
  serverColumns: ['NATS', 'VERSÃO'],
  wholeOn: (current, replicas) => (replicas === 1 ? '1 servidor' : `${current} de ${replicas} servidores`),
  isWell: 'Tudo certo.',
  problem: (reason) => `Problema: ${reason}`,
  left: (clients, sessions) => `Falta passar a outros hubs (clientes: ${clients}, sessões: ${sessions}).`,
  ended: (hub) => `O hub ${hub} foi encerrado. Tudo o que ele tinha está em outros hubs.`,
  endedWithRest: (hub, sessions) =>
    `O hub ${hub} foi encerrado. Sessões que ficam para o hub que o substituir: ${sessions}.`,
  imported: (folder, cluster, { sessions, retained, users, tokens }) =>
    `${folder} tem o que o cluster ${cluster} guarda: sessões: ${sessions}, mensagens retidas: ${retained}, usuários: ${users}, tokens: ${tokens}.`,
  goOn: (command) => `O cluster não mudou. Para seguir sem ele: ${command}`,
};

const service: Output['service'] = {
  installed: (name) => `O Pinhub roda como o serviço "${name}" e inicia junto com a máquina`,
  status: 'Situação',
  log: 'Log',
  logHasSecrets: 'com os links de acesso, que são segredos',
  users: 'Usuários',
  options: 'Opções',
  optionsExample: 'OPÇÕES…',
  remove: 'Remover',
  missing: (name) => `Não há um serviço "${name}".`,
  removed: 'O serviço foi removido. Os dados e o usuário dele ficam; para removê-los também:',
};

export const output: Output = {
  banner,
  classroom,
  kept,
  accounts,
  cert,
  pins,
  cluster,
  service,
  bug: (error) => `${error}\nIsto é uma falha do Pinhub. Por favor, avise e mande as linhas acima: ${ISSUES}`,
  stopped: 'Encerrado.',
  hangs: (seconds) => `não fechou em ${seconds} s; encerrado mesmo assim`,
  bytes: (count) => (count === 1 ? '(1 byte)' : `(${count} bytes)`),
};
