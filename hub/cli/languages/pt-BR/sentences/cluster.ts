import type { Sentence } from '../../translate.ts';

/** Several hubs. */
export const cluster: readonly Sentence[] = [
  [
    'say where the cluster is, as in --cluster nats://a,nats://b',
    'diga onde está o cluster, como em --cluster nats://a,nats://b',
  ],
  [
    'no hub {hub} is running; pinhub cluster status lists the hubs that are',
    'nenhum hub {hub} está em serviço; pinhub cluster status lista os que estão',
  ],
  [
    'hub {hub} ({process}) does not answer: it is gone, is starting, or is of an earlier version',
    'o hub {hub} ({process}) não responde: está fora do ar, iniciando ou é de uma versão anterior',
  ],
  ['hub {hub} ({process}) has not ended', 'o hub {hub} ({process}) não terminou'],
  [
    '{folder} is not empty: it holds {found}. Name an empty folder, or a new one, with --to-folder',
    '{folder} não está vazia: contém {found}. Indique uma pasta vazia ou nova com --to-folder',
  ],
  [
    'there is no cluster {name} on these servers; --cluster-name names another',
    'o cluster {name} não existe nestes servidores; escolha outro com --cluster-name',
  ],
  [
    'hub {hubs} of cluster {name} is running; stop all hubs first, so that nothing changes meanwhile',
    'no cluster {name} ainda está em serviço: hub {hubs}; pare antes todos os hubs, para que nada mude enquanto isso',
  ],
  [
    '--cluster keeps messages and sessions, but the plug-in {name} brings a store; leave out one of the two',
    '--cluster guarda mensagens e sessões, mas o plug-in {name} traz um armazenamento; tire um dos dois',
  ],
  [
    'with --ephemeral nothing is kept; leave out --cluster or --ephemeral',
    'com --ephemeral nada é guardado; tire --cluster ou --ephemeral',
  ],
  [
    '--durability {durability} is for the data folder; in a cluster, sync_interval of nats-server decides what survives a power cut',
    '--durability {durability} é para a pasta de dados; num cluster, o que sobrevive a uma queda de energia depende de sync_interval, do nats-server',
  ],
  ['--cluster-cert and --cluster-key need each other', '--cluster-cert e --cluster-key só funcionam juntas'],
  [
    'a hub cannot be called {name}, as a log that all hubs share has that name; choose another with --hub-name',
    'um hub não pode se chamar {name}, o nome de um log que todos os hubs compartilham; escolha outro com --hub-name',
  ],
  [
    'no NATS server of {servers} can be used: {~reason}',
    'nenhum servidor NATS de {servers} pode ser usado: {reason}',
  ],
  [
    'JetStream is off; the cluster keeps its state there',
    'o JetStream está desligado; é nele que o cluster guarda o estado',
  ],
  [
    'nats-server {version} is too old: a cluster needs {least} or newer, as older ones can lose what they have acknowledged (--cluster-any-version tries it all the same)',
    'o nats-server {version} é antigo demais: um cluster precisa do {least} ou mais novo, pois os anteriores podem perder o que confirmaram (--cluster-any-version tenta mesmo assim)',
  ],
  [
    '{path} must hold user:password, a token, or a .creds file',
    '{path} precisa conter usuário:senha, um token ou um arquivo .creds',
  ],
  [
    'the file for the cluster cannot be read: {~reason}',
    'o arquivo para o cluster não pôde ser lido: {reason}',
  ],
  ['another process has taken over hub {hub}', 'outro processo assumiu o hub {hub}'],
  ['{process} has taken over hub {hub}', '{process} assumiu o hub {hub}'],
  ['the cluster was not reachable for {seconds} s', 'o cluster ficou inacessível por {seconds} s'],
  ['the cluster has kept nothing for {seconds} s', 'há {seconds} s o cluster não guarda nada'],
  ['the servers of the cluster cannot be reached', 'não há conexão com os servidores do cluster'],
  ['hub {hub} is gone', 'o hub {hub} está fora do ar'],
  ['no hub is running', 'nenhum hub está em serviço'],
  [
    'log {name} is whole on {current} of {replicas} servers only',
    'o log {name} só está completo em {current} de {replicas} servidores',
  ],
];
