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
    'o hub {hub} ({process}) não responde: saiu do ar, está iniciando ou é de uma versão anterior',
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
    'cluster {name} still has running hubs ({hubs}); stop all of them first, so that nothing changes meanwhile',
    'no cluster {name} ainda há hubs em serviço ({hubs}); pare todos antes, para que nada mude durante a cópia',
  ],
  [
    '--cluster keeps messages and sessions, but the plug-in {name} brings a store; leave out one of the two',
    '--cluster guarda mensagens e sessões, mas o plug-in {name} traz um armazenamento; use só um dos dois',
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
  [
    'a hub does not answer whether it has a session of client {client}',
    'um hub não diz se tem uma sessão do cliente {client}',
  ],
  [
    'the cluster holds {text} instead of who runs a device',
    'o cluster tem {text} no lugar do nome de quem roda um dispositivo',
  ],
  [
    'the device {device} has too long a name for a cluster',
    'o nome do dispositivo {device} é longo demais para um cluster',
  ],
  [
    'the cluster holds {text} instead of the owner of a hub',
    'o cluster tem {text} no lugar do dono de um hub',
  ],
  [
    'the cluster holds {text} instead of the names of its hubs',
    'o cluster tem {text} no lugar dos nomes dos seus hubs',
  ],
  ['the cluster holds {text} instead of positions', 'o cluster tem {text} no lugar das posições'],
  [
    'the cluster holds {text} instead of how it began',
    'o cluster tem {text} no lugar do registro de como começou',
  ],
  ['the cluster has lost what was retained', 'o cluster perdeu as mensagens retidas'],
  [
    'the cluster does not say where its retained messages are',
    'o cluster não diz onde estão as suas mensagens retidas',
  ],
  ['the hub has left the cluster', 'o hub saiu do cluster'],
  [
    'the cluster is empty, and the data folder was moved to it: are these its servers, and is this its --cluster-name? If they have lost everything, remove moved-to-cluster.json from the folder, and the cluster begins again with what the folder had when it was moved',
    'o cluster está vazio, e a pasta de dados foi migrada para ele: os servidores e o --cluster-name estão certos? Se eles perderam tudo, remova moved-to-cluster.json da pasta, e o cluster recomeça com o que a pasta tinha quando foi migrada',
  ],
  ['another process has written what is retained', 'outro processo gravou as mensagens retidas'],
  [
    'another process has changed how the cluster began',
    'outro processo mudou o registro de como o cluster começou',
  ],
  ['the cluster does not answer: {~reason}', 'o cluster não responde: {reason}'],
  ['the cluster takes no more: {reason}', 'o cluster não aceita mais nada: {reason}'],
  [
    'the cluster has users and tokens of a later version, or damaged ones',
    'os usuários e tokens do cluster são de uma versão mais nova ou estão danificados',
  ],
  [
    'entry {sequence} of the accounts did not arrive',
    'a entrada {sequence} do log de usuários e tokens não chegou',
  ],
  [
    'entry {sequence} of a log was trimmed before it was read',
    'a entrada {sequence} de um log foi removida antes de ser lida',
  ],
  [
    'the log of this hub is written in format {version}, and this Pinhub knows {known}. Nothing was changed; use the version that wrote it',
    'o log deste hub foi gravado no formato {version}, e este Pinhub conhece {known}. Nada foi alterado; use a versão que o gravou',
  ],
  [
    'the log of this hub holds something that this version does not know: {cause}',
    'há no log deste hub algo que esta versão não conhece: {cause}',
  ],
  [
    'the log of this hub does not begin as it should, at entry {first}',
    'o log deste hub não começa como deveria, na entrada {first}',
  ],
  [
    'the cluster has kept nothing for {seconds} s: its NATS servers have no majority, or do not answer',
    'há {seconds} s o cluster não guarda nada: os servidores NATS não têm maioria ou não respondem',
  ],
  ['the log of this hub', 'o log deste hub'],
  ['the ledger', 'o log de mensagens (ledger)'],
  [
    '{~what} is gone from the NATS servers: they have lost its stream, or somebody has removed it. Restore it from a backup; or stop all hubs, and "pinhub cluster import" writes what is left to a folder, with which another --cluster-name can begin',
    '{what} sumiu dos servidores NATS: eles perderam o stream, ou alguém o removeu. Restaure-o de um backup; ou pare todos os hubs, e "pinhub cluster import" grava o que sobrou numa pasta, com a qual outro --cluster-name pode começar',
  ],
  ['this is not an answer', 'a resposta não faz sentido'],
  ['it does not serve yet', 'ele ainda não está em serviço'],
  ['epoch {epoch} has two owners', 'a época {epoch} tem dois donos'],
  [
    'frame {count} of the ledger came back before {first}',
    'o registro {count} do log de mensagens voltou antes do {first}',
  ],
  ['there is no hand-over {id}', 'a transferência de sessão {id} não existe'],
  ['entry {sequence} of a log did not arrive', 'a entrada {sequence} de um log não chegou'],
];
