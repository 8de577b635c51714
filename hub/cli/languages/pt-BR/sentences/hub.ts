import type { Sentence } from '../../translate.ts';

/** Ports, topics, values, and the way to a hub. */
export const hub: readonly Sentence[] = [
  [
    'port {port} is taken by another program; choose another',
    'a porta {port} já está em uso por outro programa; escolha outra',
  ],
  [
    'port {port} is not allowed for this user; choose one from 1024',
    'este usuário não pode usar a porta {port}; escolha uma a partir de 1024',
  ],
  ['{address} is not an address of this machine', '{address} não é um endereço desta máquina'],

  ['topic', 'tópico'],
  ['filter', 'filtro'],
  ['value', 'valor'],
  [
    '{~what} is empty; it needs at least one character',
    'o {what} está vazio; precisa de ao menos um caractere',
  ],
  ['{~what} {text} is longer than {most} bytes', 'o {what} {text} passa de {most} bytes'],
  ['{~what} {text} has a NUL character', 'o {what} {text} tem um caractere NUL'],
  ['{~what} {text} has more than {most} levels', 'o {what} {text} tem mais de {most} níveis'],
  [
    'topic {topic} begins with $share/, which only a filter may',
    'o tópico {topic} começa com $share/, mas só um filtro pode começar assim',
  ],
  [
    'topic {topic} has the wildcard {wildcard}, which only a filter may have',
    'o tópico {topic} tem o curinga {wildcard}, que só um filtro pode ter',
  ],
  [
    'filter {filter}: "#" must be a whole level, and the last',
    'filtro {filter}: "#" precisa ser um nível inteiro, e o último',
  ],
  [
    'filter {filter}: "+" must be a whole level, as in "a/+/b"',
    'filtro {filter}: "+" precisa ser um nível inteiro, como em "a/+/b"',
  ],
  [
    'filter {filter}: a shared subscription is "$share/<group>/<filter>", the group without "+" and "#"',
    'filtro {filter}: uma assinatura compartilhada é "$share/<grupo>/<filtro>", e o grupo não tem "+" nem "#"',
  ],

  ['{topic}: {=reason}', '{topic}: {reason}'],
  [
    '{~what} is not a duty cycle, as in 42.5 (percent, 0–100)',
    '{what} não é um ciclo de trabalho: use de 0 a 100, como 42.5',
  ],
  ['{~what} is not a number, as in 42.5', '{what} não é um número: use um valor como 42.5'],
  ['an empty payload', 'um conteúdo vazio'],
  ['{payload} is not "transition" in seconds', '"transition" precisa ser em segundos, e não {payload}'],
  [
    '{payload} has {member}; only "duty" and "transition" are known',
    '{payload} tem {member}; só "duty" e "transition" são conhecidos',
  ],
  ['{payload} is neither true nor false', '{payload} não é true nem false'],
  ['{payload} is not one of {choices}', '{payload} não é nenhum destes: {choices}'],
  ['{payload} is not a color, as in #ff8000', '{payload} não é uma cor: use uma como #ff8000'],
  ['{payload} is not JSON', '{payload} não é JSON'],
  [
    '{count} characters are too many for a value; at most {most} are allowed',
    '{count} caracteres são demais para um valor; o máximo é {most}',
  ],
  [
    'the payload has {count} bytes; at most {most} are allowed',
    'o conteúdo tem {count} bytes; o máximo é {most}',
  ],

  ['waiting for {url}', 'aguardando {url}'],
  ['waiting for {url} ({~reason})', 'aguardando {url} ({reason})'],
  ['connected to {url}', 'conectado a {url}'],
  ['no answer within {seconds} s', 'sem resposta em {seconds} s'],
  ['the hub is not connected', 'não há conexão com o hub'],
  ['the hub did not answer within {ms} ms', 'o hub não respondeu em {ms} ms'],
  ['the hub at {url}: {~reason}', 'o hub em {url}: {reason}'],
  ['no hub answers at {url} ({~reason})', 'nenhum hub responde em {url} ({reason})'],
  [
    'no hub answers at {url} ({~reason}); "npx pinhub" runs one on this machine',
    'nenhum hub responde em {url} ({reason}); "npx pinhub" inicia um nesta máquina',
  ],
  ['the hub at {url} asks for a token: {~options}', 'o hub em {url} pede um token: {options}'],
  [
    'the hub at {url} asks for a token of role {role}: {~options}',
    'o hub em {url} pede um token com o perfil {role}: {options}',
  ],
  ['--token-file FILE or PINHUB_TOKEN', '--token-file ARQUIVO ou PINHUB_TOKEN'],
  ['the hub at {url} refuses us: {~reason}', 'o hub em {url} recusou o acesso: {reason}'],
  ['{~reason}; another token: {~options}', '{reason}; é preciso outro token: {options}'],
  [
    '{~reason}; it takes a token of role {role}: {~options}',
    '{reason}; é preciso um token com o perfil {role}: {options}',
  ],
  ['it is below a path: use --hub {url}', 'ele fica abaixo de um caminho: use --hub {url}'],
  [
    'another program answers there: GET /healthz returns {status}',
    'quem responde ali é outro programa: GET /healthz devolve {status}',
  ],
  ['it is encrypted: use {url}', 'a conexão é criptografada: use {url}'],
  ['it is not encrypted: use {url}', 'a conexão não é criptografada: use {url}'],
  [
    'this machine does not trust the authority that signed its certificate; name it with --ca FILE, for "pinhub cert" the cert.pem that it made (NODE_EXTRA_CA_CERTS=FILE does the same)',
    'esta máquina não confia em quem assinou o certificado dele; indique a autoridade certificadora com --ca ARQUIVO: se o certificado veio de "pinhub cert", é o cert.pem (NODE_EXTRA_CA_CERTS=ARQUIVO faz o mesmo)',
  ],
  ['its certificate is not valid: {~reason}', 'o certificado dele não é válido: {reason}'],
  ['{path} holds no certificate (PEM)', '{path} não contém um certificado (PEM)'],
  ['{path} is empty', '{path} está vazio'],
  ['{cert} and {key} cannot be used for TLS: {~reason}', '{cert} e {key} não servem para TLS: {reason}'],
  ['the key belongs to another certificate', 'a chave é de outro certificado'],
  ['{count} bytes that are not UTF-8 text', '{count} bytes que não são texto em UTF-8'],
  ['{answer} is not an identity', '{answer} não é uma identidade'],
  ['{answer} is not an answer of a hub', '{answer} não é uma resposta de um hub'],
  ['there is no listener {name}; there are {known}', 'o listener {name} não existe; existem {known}'],
  [
    'cannot listen on {address}, port {port}: {reason}',
    'não dá para atender em {address}, porta {port}: {reason}',
  ],
  [
    'packet identifier {id} is one too many: at most {most} may wait for PUBREL',
    'o pacote {id} passa do limite: no máximo {most} podem esperar por PUBREL',
  ],
];
