import type { Sentence } from '../../translate.ts';

/** What the hub has no room for, and connections that it ends. */
export const limits: readonly Sentence[] = [
  [
    'no room to retain {topic}: at most {topics} topics and {bytes} bytes are retained, and some of that is for those who hold less than you',
    'não há espaço para reter {topic}: ficam retidos no máximo {topics} tópicos e {bytes} bytes, e uma parte disso fica para quem ocupa menos do que você',
  ],
  ['no room for {~what}: {=reason}', 'não há espaço para {what}: {reason}'],
  ['another session', 'mais uma sessão'],
  ['the will', 'a última vontade (will)'],
  ['a session may take {bytes} bytes', 'uma sessão pode ocupar no máximo {bytes} bytes'],
  [
    'all sessions together may take {bytes} bytes',
    'todas as sessões juntas podem ocupar no máximo {bytes} bytes',
  ],
  [
    'a filter may have {most} "+" (wildcardLevels)',
    'um filtro pode ter no máximo {most} "+" (wildcardLevels)',
  ],
  [
    'levels from the third "+" on are limited to {most} (wildcardNodes)',
    'a partir do terceiro "+" cabem no máximo {most} níveis (wildcardNodes)',
  ],
  ['a client may have {most} subscriptions', 'um cliente pode ter no máximo {most} assinaturas'],
  [
    '{count} subscriptions wait for retained messages already',
    '{count} assinaturas já esperam por mensagens retidas',
  ],
  [
    'the hub has all its {most} sessions; try again later',
    'o hub já chegou ao máximo de {most} sessões; tente de novo mais tarde',
  ],
  [
    'your sessions take most of the room for sessions, and others need some of it',
    'suas sessões ocupam quase todo o espaço para sessões, e uma parte precisa ficar para os outros',
  ],
  [
    'all connections together hold more than {bytes} bytes, and this one has for {seconds} s',
    'todas as conexões juntas ocupam mais de {bytes} bytes, e esta ocupa a parte dela há {seconds} s',
  ],
  [
    'too many credentials are being checked; try again in a few seconds',
    'há senhas e tokens demais sendo conferidos; tente de novo em alguns segundos',
  ],
  [
    '{count} messages are queued for the hub already; {topic} was not queued',
    'já há {count} mensagens na fila para o hub; {topic} ficou de fora',
  ],
  ['the message is too long', 'a mensagem é longa demais'],
  [
    'payload of {topic} has {bytes} bytes; at most {most} are allowed',
    'o conteúdo de {topic} tem {bytes} bytes; o máximo é {most}',
  ],
  [
    'too many messages from this seat of the class; wait a second',
    'mensagens demais deste lugar da turma; espere um segundo',
  ],
  [
    'the teacher has paused the class: nothing can be changed for now',
    'a turma está em pausa: por enquanto nada pode ser alterado',
  ],
  [
    'the teacher has removed this seat, or has ended the class',
    'o professor removeu este lugar ou encerrou a turma',
  ],
  ['client {client} has connected again elsewhere', 'o cliente {client} se conectou de novo em outro lugar'],
  [
    'the client identifier {client} belongs to somebody else; choose another',
    'o identificador de cliente {client} é de outra pessoa; escolha outro',
  ],
  ['the session of {client} has ended', 'a sessão de {client} terminou'],
  ['this client is closed', 'este cliente já foi encerrado'],
  ['the bus is closed', 'a conexão já foi encerrada'],
  [
    '{event} names {count} filters; at most {most} are allowed',
    '{event} traz {count} filtros; o máximo é {most}',
  ],
];
