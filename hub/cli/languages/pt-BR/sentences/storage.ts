import type { Sentence } from '../../translate.ts';

/** Files, and the data folder. */
export const storage: readonly Sentence[] = [
  ['{~what} cannot be read: {~reason}', '{what} não pôde ser lido: {reason}'],
  ['it is in {encoding}; save it as text in UTF-8', 'está em {encoding}; salve-o como texto em UTF-8'],
  ['it has NUL bytes; save it as text in UTF-8', 'tem bytes NUL; salve-o como texto em UTF-8'],
  [
    'it is not in {encoding}; save it as text in UTF-8',
    'não está em {encoding}; salve-o como texto em UTF-8',
  ],
  ['{path} cannot be used: {~reason}', '{path} não pode ser usado: {reason}'],
  ['the disk is full; make room', 'o disco está cheio; libere espaço'],
  ['your quota of the disk is used up; make room', 'sua cota de disco acabou; libere espaço'],
  [
    'the disk is read-only; choose another place with --data, or keep nothing with --ephemeral',
    'o disco é só de leitura; escolha outro lugar com --data, ou não guarde nada, com --ephemeral',
  ],
  [
    'this user may not write there; choose another place with --data',
    'este usuário não tem permissão para escrever ali; escolha outro lugar com --data',
  ],
  [
    'a part of it is a file, not a directory; choose another place with --data',
    'uma parte do caminho é um arquivo, não uma pasta; escolha outro lugar com --data',
  ],
  [
    'it is a file, not a directory; choose another place with --data',
    'é um arquivo, não uma pasta; escolha outro lugar com --data',
  ],
  ['the disk has failed', 'o disco falhou'],
  [
    '{folder} cannot be made: its file system has no room for folders; choose another place with --data',
    'não dá para criar {folder}: esse sistema de arquivos não aceita pastas; escolha outro lugar com --data',
  ],
  [
    'this user has no home folder to keep data in: name a folder with --data, or start with --ephemeral',
    'este usuário não tem uma pasta pessoal para os dados: indique uma com --data, ou inicie com --ephemeral',
  ],
  [
    '{folder} is a broken link; choose another place with --data',
    '{folder} é um link para algo que não existe; escolha outro lugar com --data',
  ],
  [
    '{folder} holds {found}, but no data of Pinhub: choose an empty folder with --data',
    '{folder} contém {found} e nada do Pinhub: escolha uma pasta vazia com --data',
  ],
  [
    '{folder} holds {found} and {count} more, but no data of Pinhub: choose an empty folder with --data',
    '{folder} contém {found} e mais {count}, e nada do Pinhub: escolha uma pasta vazia com --data',
  ],
  [
    '{folder} is in use by another hub, process {pid}: {~remedy}',
    '{folder} está em uso por outro hub, processo {pid}: {remedy}',
  ],
  [
    '{folder} is in use by a command, process {pid}: {~remedy}',
    '{folder} está em uso por um comando, processo {pid}: {remedy}',
  ],
  [
    '{folder} is in use by another hub, process {pid} on {host}: {~remedy}',
    '{folder} está em uso por outro hub, processo {pid} em {host}: {remedy}',
  ],
  ['stop it, or choose another folder with --data', 'encerre-o ou escolha outra pasta com --data'],
  ['try again', 'tente de novo'],
  ['it does not answer; try again, or stop it', 'ele não responde; tente de novo ou encerre-o'],
  [
    'it cannot be seen from here; if it is gone, remove {path}, else choose another folder with --data',
    'daqui não dá para vê-lo; se ele já terminou, remova {path}; se não, escolha outra pasta com --data',
  ],
  ['the hub takes no requests now; try again', 'o hub não aceita pedidos agora; tente de novo'],
  [
    'the hub ended before it answered; look whether the change was made',
    'o hub terminou antes de responder; confira se a mudança foi feita',
  ],
  [
    '{path} does not hold users and tokens as this version keeps them; put a good copy in its place, or move it away: {~reason}',
    '{path} não contém usuários e tokens no formato desta versão; ponha uma cópia boa no lugar ou tire-o dali: {reason}',
  ],
  [
    '{folder} was written in format {version}, and this Pinhub knows {known}. Nothing was changed; use the version that wrote it, or choose another place with --data',
    '{folder} foi gravada no formato {version}, e este Pinhub conhece {known}. Nada foi alterado; use a versão que a gravou ou escolha outro lugar com --data',
  ],
  [
    '{path} cannot be read: {~reason}. Nothing was changed; move its folder away to start with an empty one, or choose another with --data',
    '{path} não pôde ser lido: {reason}. Nada foi alterado; mude a pasta de lugar para começar com uma vazia, ou escolha outra com --data',
  ],
  [
    '{folder} was moved to cluster {cluster} on {date}, so what is in it may be old: {~remedy}',
    '{folder} foi migrada para o cluster {cluster} em {date}, e o que há nela pode estar desatualizado: {remedy}',
  ],
  [
    'start the hub with --cluster; or, to go on without it, "pinhub cluster import --to-folder DIR" writes what the cluster has to another folder, for --data',
    'inicie o hub com --cluster; ou, para seguir sem ele, "pinhub cluster import --to-folder PASTA" grava o que o cluster tem em outra pasta, para --data',
  ],
  [
    'with --ephemeral nothing is kept, but the plug-in {name} brings a store; leave out one of the two',
    'com --ephemeral nada é guardado, mas o plug-in {name} traz um armazenamento; tire um dos dois',
  ],
  [
    'the store of the plug-in {name} cannot be opened: {~reason}',
    'o armazenamento do plug-in {name} não pôde ser aberto: {reason}',
  ],
  ['{path} exists already; --force replaces it', '{path} já existe; --force o substitui'],
  [
    '{path} is a folder; move it away, or choose another --data',
    '{path} é uma pasta; mude-a de lugar ou escolha outra com --data',
  ],
  ['it is gone', 'ele sumiu'],
  ['it does not begin as it should', 'ele não começa como deveria'],
  ['it holds a part of an unknown kind: {cause}', 'há nele uma parte de tipo desconhecido: {cause}'],
  [
    'it holds something that this version does not know: {cause}',
    'há nele algo que esta versão não conhece: {cause}',
  ],
  [
    '{path} does not say to which cluster this folder was moved',
    '{path} não diz para qual cluster esta pasta foi migrada',
  ],
  [
    '{folder} began to move to cluster {cluster} on {date}, so what is in it may be old: {~remedy}. If no hub of the cluster has served since, removing {file} is enough',
    '{folder} começou a ser migrada para o cluster {cluster} em {date}, e o que há nela pode estar desatualizado: {remedy}. Se desde então nenhum hub do cluster esteve em serviço, basta remover {file}',
  ],
  ['{folder} is in use by another hub: {~remedy}', '{folder} está em uso por outro hub: {remedy}'],
  ['{folder} is in use by a command: {~remedy}', '{folder} está em uso por um comando: {remedy}'],
  [
    '{folder} is in use by a command, process {pid} on {host}: {~remedy}',
    '{folder} está em uso por um comando, processo {pid} em {host}: {remedy}',
  ],
  [
    "the record of {key} is not in this version's format: {~reason}",
    'o registro de {key} não está no formato desta versão: {reason}',
  ],
  ['a pending change could not be written', 'uma mudança pendente não pôde ser gravada'],
];
