import type { Sentence } from '../../translate.ts';

/** Messages of Node, the operating system and V8 within our errors: files, the network, TLS, JSON. */
export const system: readonly Sentence[] = [
  ["ENOENT: no such file or directory, open '{path}'", 'o arquivo {path} não existe'],
  ["EACCES: permission denied, open '{path}'", 'este usuário não tem permissão para abrir {path}'],
  ["EACCES: permission denied, mkdir '{path}'", 'este usuário não tem permissão para criar a pasta {path}'],
  ['EISDIR: illegal operation on a directory, read', 'é uma pasta, não um arquivo'],

  ['ECONNREFUSED', 'conexão recusada'],
  ['connection refused', 'conexão recusada'],
  ['connect ECONNREFUSED {address}', '{address} recusou a conexão'],
  ['connect ETIMEDOUT {address}', '{address} não respondeu a tempo'],
  ['connect EHOSTUNREACH {address}', 'não há caminho até {address} pela rede'],
  ['connect ENETUNREACH {address}', 'não há caminho até {address} pela rede'],
  ['getaddrinfo ENOTFOUND {host}', 'nenhuma máquina com o nome {host} foi encontrada'],
  ['getaddrinfo EAI_AGAIN {host}', 'não foi possível procurar o nome {host}: a rede ou o DNS não responde'],

  [
    'error:{code}:PEM routines::no start line',
    'um deles não contém um certificado ou uma chave em PEM (código {code} do OpenSSL)',
  ],
  ['certificate has expired', 'ele venceu'],
  ['certificate is not yet valid', 'ele ainda não começou a valer'],
  [
    "Hostname/IP does not match certificate's altnames: {~reason}",
    'ele foi feito para outro nome ou endereço: {reason}',
  ],
  ["Host: {host}. is not in the cert's altnames: {names}", '{host} não está em {names}'],
  ["IP: {address} is not in the cert's list: {names}", '{address} não está em {names}'],

  [
    "Cannot find package '{name}' imported from {path}",
    "o pacote '{name}' não está instalado (procurado a partir de {path})",
  ],

  ['Unexpected end of JSON input', 'o JSON termina antes da hora'],
  [
    'Unexpected token {token}, {text} is not valid JSON',
    '{text} não é JSON válido: {token} está fora do lugar',
  ],
  ['{~what} in JSON at position {at}', 'JSON inválido na posição {at}: {what}'],
  [
    '{~what} in JSON at position {at} (line {line} column {column})',
    'JSON inválido na linha {line}, coluna {column} (posição {at}): {what}',
  ],
  ["Expected property name or '}'", "falta o nome de uma propriedade ou '}'"],
  ['Expected double-quoted property name', 'falta o nome de uma propriedade, entre aspas duplas'],
  ["Expected ',' or '}' after property value", "falta ',' ou '}' depois de um valor"],
  ["Expected ',' or ']' after array element", "falta ',' ou ']' depois de um elemento da lista"],
  ["Expected ':' after property name", "falta ':' depois do nome de uma propriedade"],
];
