import type { Query } from 'minisearch';
import { foldWord } from './passage.ts';

/** English words for Portuguese ones that people look for, without accents: all pages but one are in English. */
const ENGLISH: ReadonlyMap<string, string> = new Map(
  `aluno student, ambiente environment, arquivo file, assinar subscribe, assinatura subscription, atualizar update, aula class, botao button,
  brilho brightness, certificado certificate, ciclo duty, circuito circuit, codigo code, comando command, configuracao configuration,
  conta account, criptografia encrypt, curinga wildcard, dispositivo device, entrada input, erro error, estudante student, filtro filter,
  fio wire, frequencia frequency, grafico chart, historico history, idioma language, instalar install, lampada lamp, licao lesson,
  limite limit, luz light, mensagem message, navegador browser, opcao option, osciloscopio oscilloscope, pagina page, painel dashboard,
  pasta folder, perfil role, permissao rights, pino pin, placa board, porta port, professor teacher, protoboard breadboard,
  publicar publish, rede network, remover remove, retida retained, saida output, senha password, servico service, simulador simulator,
  topico topic, turma class, usuario user, vontade will`
    .split(/,\s+/)
    .map((pair): [string, string] => {
      const [own = '', english = ''] = pair.split(' ');
      return [own, english];
    }),
);

/** The words of a search, each also in English if it is a Portuguese one that is known. A passage must have them all. */
export function toQuery(words: string): Query {
  const queries = words.split(/\s+/).map((word): Query => {
    const english = ENGLISH.get(foldWord(word));
    return english === undefined ? word : { combineWith: 'OR', queries: [word, english] };
  });
  return { combineWith: 'AND', queries };
}
