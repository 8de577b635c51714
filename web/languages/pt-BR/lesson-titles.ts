import type * as en from '../en/lesson-titles.ts';

export const lessonTitles: typeof en.lessonTitles = {
  connection: 'Perguntar toda hora ou ficar conectado?',
  topics: 'Tópicos e curingas',
  retained: 'Mensagem retida: por que quem chega tarde vê a luz',
  actual: 'Desejado e real',
  pwm: 'PWM: a luz no ritmo dos pulsos',
  qos: 'Qualidade de serviço numa conexão ruim',
  will: 'A última vontade',
  page: 'Sua própria página',
  python: 'Python ao lado da placa',
};
