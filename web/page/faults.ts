import type { ErrorCode } from '../../hub/core/index.ts';

/** What each error code means to the person at the page. */
export type Faults = Readonly<Record<ErrorCode, string>>;

export const faultsEn: Faults = {
  'topic/invalid': 'That is no valid topic.',
  'topic/unknown': 'Nothing is known of that topic.',
  'filter/invalid': 'That is no valid topic filter.',
  'payload/invalid': 'The device does not understand that value, so it leaves things as they are.',
  'payload/too-large': 'That value is too long.',
  'event/invalid': 'The hub did not understand the page. Reloading may help.',
  'event/unknown': 'The hub does not know what the page asked for. Reloading may help.',
  'method/unsupported': 'That cannot be done there.',
  'packet/malformed': 'The hub got a damaged packet.',
  'packet/too-large': 'That is more than the hub takes at once.',
  'protocol/violation': 'The rules of the protocol were broken.',
  'protocol/unsupported': 'The hub does not speak that version of the protocol.',
  'session/taken-over': 'Somebody else has connected under the same name.',
  'session/closed': 'The connection was closed.',
  'session/unknown': 'The hub does not know this session any more.',
  'hub/closing': 'The hub is shutting down.',
  'hub/unreachable': 'The hub cannot be reached.',
  'auth/required': 'You have to sign in first.',
  'auth/denied': 'You are not allowed to do that.',
  'limit/exceeded': 'That is more than the hub allows. Wait a moment and try again.',
  'option/invalid': 'A setting is not valid.',
  'port/in-use': 'Another program already uses that port.',
  'pin/invalid': 'The board has no such pin, or it is reserved.',
  'pin/in-use': 'Something else already uses that pin.',
  'pin/unsupported': 'The pin cannot do that.',
  'driver/unavailable': 'The device cannot reach its pins.',
  'driver/failed': 'The pin did not do what was asked of it.',
  'device/invalid': 'The device is not described properly.',
  'device/unknown-kind': 'That kind of device is not known.',
  'store/damaged': 'What the hub has kept is damaged.',
  'store/unavailable': 'The hub cannot keep anything now.',
  internal: 'Something went wrong inside Pinhub.',
};

export const faultsPtBr: Faults = {
  'topic/invalid': 'Este tópico não é válido.',
  'topic/unknown': 'Nada se sabe deste tópico.',
  'filter/invalid': 'Este filtro de tópicos não é válido.',
  'payload/invalid': 'O dispositivo não entende este valor, então deixa tudo como está.',
  'payload/too-large': 'Este valor é longo demais.',
  'event/invalid': 'O hub não entendeu a página. Recarregar pode ajudar.',
  'event/unknown': 'O hub não conhece o que a página pediu. Recarregar pode ajudar.',
  'method/unsupported': 'Isso não pode ser feito ali.',
  'packet/malformed': 'O hub recebeu um pacote danificado.',
  'packet/too-large': 'Isto é mais do que o hub aceita de uma vez.',
  'protocol/violation': 'As regras do protocolo não foram respeitadas.',
  'protocol/unsupported': 'O hub não fala esta versão do protocolo.',
  'session/taken-over': 'Alguém se conectou com o mesmo nome.',
  'session/closed': 'A conexão foi encerrada.',
  'session/unknown': 'O hub já não conhece esta sessão.',
  'hub/closing': 'O hub está sendo desligado.',
  'hub/unreachable': 'Não há conexão com o hub.',
  'auth/required': 'É preciso entrar primeiro.',
  'auth/denied': 'Você não tem permissão para isso.',
  'limit/exceeded': 'Isto é mais do que o hub permite. Espere um pouco e tente de novo.',
  'option/invalid': 'Uma configuração não é válida.',
  'port/in-use': 'Outro programa já usa esta porta.',
  'pin/invalid': 'A placa não tem este pino, ou ele é reservado.',
  'pin/in-use': 'Este pino já está em uso.',
  'pin/unsupported': 'O pino não consegue fazer isso.',
  'driver/unavailable': 'O dispositivo não consegue acessar os pinos.',
  'driver/failed': 'O pino não fez o que foi pedido.',
  'device/invalid': 'O dispositivo não está descrito corretamente.',
  'device/unknown-kind': 'Este tipo de dispositivo não é conhecido.',
  'store/damaged': 'O que o hub guardou está danificado.',
  'store/unavailable': 'O hub não consegue guardar nada agora.',
  internal: 'Algo deu errado dentro do Pinhub.',
};

/** What a code means, or `undefined` where it is newer than this page, or somebody's own: anybody may publish an error. */
export function meaningOf(faults: Faults, code: string): string | undefined {
  const known: Readonly<Record<string, string>> = faults;
  return Object.hasOwn(known, code) ? known[code] : undefined;
}
