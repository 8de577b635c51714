import type * as en from '../en/help.ts';

type Help = typeof en.help;

const titles: Help['titles'] = {
  'Usage:': 'Uso:',
  'Arguments:': 'Argumentos:',
  'Options:': 'Opções:',
  'Commands:': 'Comandos:',
  'Network:': 'Rede:',
  'Names and pages:': 'Nomes e páginas:',
  'Encryption:': 'Criptografia:',
  'Devices:': 'Dispositivos:',
  'Home Assistant:': 'Home Assistant:',
  'Storage and limits:': 'Armazenamento e limites:',
  'Cluster:': 'Vários hubs (cluster):',
  'Class:': 'Turma:',
  'Hub:': 'Conexão com o hub:',
};

const placeholders: Help['placeholders'] = {
  address: 'endereço',
  command: 'comando',
  file: 'arquivo',
  filter: 'filtro',
  folder: 'pasta',
  form: 'forma',
  host: 'nome',
  hub: 'hub',
  'kind/id': 'tipo/id',
  language: 'idioma',
  level: 'nível',
  levels: 'níveis',
  ms: 'ms',
  name: 'nome',
  'name=value': 'nome=valor',
  number: 'número',
  options: 'opções',
  path: 'caminho',
  prefix: 'prefixo',
  role: 'perfil',
  seconds: 'segundos',
  'start-options': 'opções-do-start',
  topic: 'tópico',
  url: 'url',
  value: 'valor',
  what: 'garantia',
};

const commands: Help['commands'] = {
  program: 'Um hub de publicação e assinatura entre páginas da web e pinos.',
  start: 'inicia o hub, as páginas e os dispositivos',
  class: 'inicia o hub para uma turma: aberto para a rede, com um código para os estudantes entrarem',
  device: 'roda dispositivos nesta máquina para um hub que está em outra',
  pub: 'publica um valor',
  sub: 'mostra as mensagens conforme chegam',
  user: 'gerencia as pessoas que entram com senha',
  userAdd: 'cria um usuário; pede a senha ou a lê da entrada padrão',
  userPasswd: 'troca a senha de um usuário',
  userRole: 'troca o perfil de um usuário',
  userRemove: 'remove um usuário',
  userList: 'lista os usuários',
  token: 'gerencia tokens para programas, placas e links',
  tokenMake: 'cria um token e o mostra',
  tokenRevoke: 'revoga um token',
  tokenList: 'lista os tokens',
  cert: 'cria um certificado autoassinado para um laboratório',
  service: 'roda o hub como serviço do systemd (Linux)',
  serviceInstall: 'instala o serviço e o inicia; rode de novo para mudar as opções dele',
  serviceUninstall: 'encerra o serviço e o remove; os dados ficam',
  pins: 'mostra quais pinos deste Raspberry Pi têm PWM e do que os outros precisam',
  cluster: 'mostra os hubs de um cluster, encerra um deles ou sai do cluster',
  clusterStatus:
    'mostra quais hubs estão em serviço e como o estado deles é guardado; o código de saída é 1 se algo estiver errado',
  clusterDrain: 'encerra um hub depois de passar todos os clientes e sessões dele para os outros hubs',
  clusterImport:
    'copia o que um cluster guarda para uma pasta de dados vazia, de um hub que vai seguir sozinho',
  help: 'mostra a ajuda de um comando',
};

const commandArguments: Help['arguments'] = {
  topic: 'o tópico, como led/21/duty',
  value: 'qualquer texto; ponha -- antes de um número negativo',
  filters: 'filtros de tópicos; + vale por um nível, # por todos os seguintes',
  startOptions: (command) => `opções de "${command} start", depois de --`,
  hub: 'o nome do hub (padrão: o de --hub-name)',
};

const options: Help['options'] = {
  port: (port) => `porta das páginas (padrão: ${port} ou a próxima livre)`,
  host: 'abre o hub para a rede: num endereço desta máquina ou em todos',
  name: 'nomes pelos quais os outros chamam o hub, como pinhub.example (padrão: os desta máquina)',
  allowOrigin:
    'páginas de outros sites que podem usar o hub, como https://home.example:8123 (padrão: nenhuma)',
  frameAncestors: 'páginas de outros sites que podem mostrar as do hub num iframe (padrão: nenhuma)',
  trustProxy:
    'proxies de confiança, que informam o endereço do cliente: endereços, redes ou loopback (padrão: nenhum)',
  basePath: 'começo de todos os caminhos, como /pinhub',
  www: 'serve os arquivos desta pasta em /www/',
  history:
    "tópicos numéricos cujo histórico é guardado, como 'meter/+/power' ou 'zigbee2mqtt/+?temperature' (padrão: o que os dispositivos informam)",
  mqttPort: (port, encrypted) => `porta do MQTT por TCP (padrão: ${port}, ou ${encrypted} com --cert)`,
  noMqtt: 'desliga o MQTT, tanto por TCP como por WebSocket',
  cert: 'criptografa todas as conexões com este certificado (PEM); um arquivo renovado é lido de novo',
  key: 'a chave privada do certificado (PEM)',
  clientCa: 'aceita certificados de cliente assinados por estas autoridades (PEM); o CN é o nome do usuário',
  driver: (drivers) =>
    `o que controla os pinos: ${drivers} ou o driver de um plug-in; auto procura pinos de verdade`,
  plugin: 'plug-ins: arquivos ou nomes de pacotes, separados por vírgulas (padrão: nenhum)',
  noDevices: 'roda só o hub, sem pinos nem dispositivos',
  device:
    'dispositivos, como led/21 servo/18=Cancela rgb/5-6-13 (padrão: led/21 e, num Pi virtual, button/23)',
  prefix: 'níveis de tópico antes de cada dispositivo, como lab/ana',
  interval: 'tempo mínimo entre duas escritas num pino',
  pigpiodPort: (port) =>
    `porta do pigpiod, só nesta máquina; se indicada, vale também para os pinos de verdade (padrão: ${port} para um Pi virtual; nenhuma para pinos de verdade)`,
  noPigpiod: 'desliga o pigpiod do próprio Pinhub',
  homeAssistant: 'anuncia cada dispositivo ao Home Assistant pela descoberta do MQTT, abaixo deste prefixo',
  homeAssistantForm: 'um anúncio por dispositivo ou, para programas mais antigos, um por componente',
  class: 'abre uma turma em /class: os estudantes entram com um código, sem conta',
  data: (folder) => `onde ficam mensagens, usuários e tokens (padrão: ${folder})`,
  ephemeral: 'guarda mensagens e sessões só na memória',
  durability:
    'a que uma mensagem confirmada resiste: ao fim do processo (process) ou a uma queda de energia (power)',
  limit: 'limites por nome, como queuedMessages=500; docs/limits.md lista todos',
  cluster:
    'atende junto com outros hubs e guarda mensagens e sessões nestes servidores NATS, como nats://a:4222,nats://b:4222',
  servers: 'os servidores NATS do cluster, como nats://a:4222,nats://b:4222',
  clusterName: 'distingue clusters que usam os mesmos servidores NATS',
  hubName: 'nome do hub no cluster; de vários processos com o mesmo nome, um atende e os outros esperam',
  clusterCredentials: 'o que o NATS pede: um arquivo .creds, ou um arquivo com usuário:senha ou um token',
  clusterSystemCredentials:
    'o mesmo para um usuário da conta de sistema do NATS, que avisa na hora quando um hub cai',
  clusterCa: 'a autoridade certificadora que assinou os certificados do NATS (PEM)',
  clusterCert: 'um certificado de cliente para o NATS (PEM)',
  clusterKey: 'a chave privada do certificado de cliente (PEM)',
  drainSeconds:
    'quanto tempo um hub que está sendo encerrado pode levar para passar clientes e sessões a outros hubs; com 0, eles esperam até outro hub assumir',
  clusterAnyVersion: 'aceita também um nats-server anterior ao 2.12',
  config: 'um arquivo JSON com opções por nome',
  configOfHub: 'o arquivo de configuração do hub',
  logLevel: 'o que registrar na saída de erros',
  lang: (tags) =>
    `idioma da ajuda, das respostas e dos erros: ${tags} (padrão: conforme LC_ALL, LC_MESSAGES ou LANG)`,
  hub: 'o endereço do hub',
  tokenFile: 'um arquivo com o token que o hub pede (ou ponha o token em PINHUB_TOKEN)',
  ca: 'a autoridade certificadora que assinou o certificado do hub (PEM); se ele veio de `pinhub cert`, é o cert.pem',
  role: 'viewer, controller, seat, teacher, integration, device, admin ou um perfil do arquivo de configuração',
  noRetain: 'não deixa o hub reter o valor',
  verbose: 'mostra o tópico antes de cada valor (padrão: quando os filtros abrangem vários)',
  noVerbose: 'mostra só os valores',
  count: 'encerra depois de receber este número de mensagens',
  tokenDays: 'por quantos dias vale (padrão: até ser revogado)',
  certName: 'nomes e endereços do hub (padrão: todos os desta máquina)',
  certData: (folder) => `a pasta para cert.pem e key.pem (padrão: ${folder})`,
  certDays: 'por quantos dias vale',
  certForce: 'substitui um certificado que já existe',
  serviceUser: 'o usuário que roda o serviço; "pinhub" é criado se não existir',
  dryRun: 'mostra a unidade do systemd e não muda nada',
  installForce: 'substitui uma unidade que foi editada ou que veio de outro lugar',
  uninstallForce: 'remove uma unidade que foi editada ou que veio de outro lugar',
  toFolder: 'uma pasta vazia ou nova',
  help: 'mostra esta ajuda',
  version: 'mostra a versão',
};

export const help: Help = {
  titles,
  placeholders,
  commands,
  arguments: commandArguments,
  options,
  choices: 'valores',
  byDefault: 'padrão',
  preset: 'sem valor',
  none: 'nenhum',
  noFolder: (reason) => `nenhuma, pois ${reason}`,
  example: (command) => `Exemplo: ${command}`,
  withoutCommand: (command) => `Sem um comando, o pinhub inicia o hub: veja ${command} start --help.`,
  sources: (variables, entries) =>
    `As opções também podem vir do ambiente (${variables})
ou de um arquivo JSON (--config ARQUIVO: ${entries}).
A linha de comando vale mais que o ambiente, e o ambiente, mais que o arquivo.`,
  seeHelp: (command) => `Veja ${command} --help.`,
};
