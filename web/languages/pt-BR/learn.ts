import type * as en from '../en/learn.ts';
import { lessonTitles } from './lesson-titles.ts';

const RFC_6455 = {
  text: 'RFC 6455: o protocolo WebSocket (em inglês)',
  url: 'https://www.rfc-editor.org/rfc/rfc6455',
};
const RFC_6202 = {
  text: 'RFC 6202: long polling e streaming, e seus problemas conhecidos (em inglês)',
  url: 'https://www.rfc-editor.org/rfc/rfc6202',
};
const mqtt = (section: string) => ({
  text: `MQTT versão 5.0, ${section} (em inglês)`,
  url: 'https://docs.oasis-open.org/mqtt/mqtt/v5.0/mqtt-v5.0.html',
});

export const learn: typeof en.learn = {
  documentTitle: 'Pinhub · Lições',
  title: 'Lições',
  connectionStatus: { connecting: 'Conectando…', online: 'Conectado', offline: 'Sem conexão' },
  closed:
    'As lições publicam mensagens próprias, e neste hub você só pode observar. Peça a quem cuida do hub um link que permita controlar.',
  kept: (topic) => `O hub guarda o seu progresso numa mensagem retida em \`${topic}\`.`,
  task: 'Sua tarefa',
  done: 'feito',
  doneBefore: 'Você já fez esta lição. Pode refazer quando quiser: ela continua feita.',
  hints: 'Dicas',
  sources: 'Para saber mais',
  next: (title) => `Próxima: ${title}`,
  end: 'Essa foi a última das oito lições. Tudo isso funciona com pinos de verdade também: ligue um LED ao GPIO 21 e use `led/21` no lugar dos seus tópicos.',

  lessons: {
    connection: {
      title: lessonTitles.connection,
      text: [
        'Uma página pergunta, o servidor responde, e pronto: é assim que o HTTP funciona. Só que algumas coisas mudam sem ninguém perguntar: um preço, um chat, uma porta que se abre. Como a página fica sabendo?',
        'Há três jeitos. No **polling**, ela pergunta de novo a cada segundo. No **long polling**, ela pergunta uma vez e o servidor só responde quando tem novidade. Já o **WebSocket** é uma conexão que fica aberta, e os dois lados falam quando quiserem.',
        'Aqui os três acompanham ao mesmo tempo o mesmo valor deste hub, pela sua rede de verdade.',
      ],
      steps: [
        'Rode os três jeitos e observe a linha do tempo: cada linha vertical é uma mudança do valor, cada barra é uma troca com o hub.',
        'Descubra qual deles faz mais perguntas à toa.',
        'Descubra qual deles gasta menos bytes para receber mais um valor.',
      ],
      hints: [
        'Barra clara: não veio valor nenhum. No começo, é a conexão sendo feita; depois, é uma pergunta à toa.',
        'O WebSocket também começa com um pedido HTTP: é a primeira barra dele. O que vem depois é pequeno.',
        'Compare a última coluna: quanto tempo depois da mudança cada um ficou sabendo?',
      ],
      learned: [
        'Num WebSocket aberto, cada mensagem leva de 2 a 6 bytes a mais. Um pedido HTTP leva centenas de bytes de cabeçalhos, a cada vez. Por isso este hub mantém uma conexão aberta, e por isso o controle deslizante responde na hora.',
      ],
      sources: [RFC_6455, RFC_6202],
    },
    topics: {
      title: lessonTitles.topics,
      text: [
        'Toda mensagem do hub tem um endereço: o tópico. Ele é feito de níveis separados por `/`, como `house/kitchen/light`. Ninguém precisa criar um tópico: ele passa a existir quando alguém publica nele.',
        'Quem quer receber mensagens assina um filtro. O filtro pode ser um tópico inteiro ou ter curingas: `+` vale por exatamente um nível, e `#`, sempre no fim, vale pelo nível que vem antes dele e por tudo o que está abaixo.',
        'Abaixo há uma casinha. Digite um filtro e veja quais mensagens o hub entrega a você.',
      ],
      steps: [
        'Receba tudo da cozinha (`kitchen`) e nada mais.',
        'Receba as temperaturas de todos os cômodos e nada mais.',
        'Receba todas as luzes (`light`), mas não a potência (`power`) que uma delas consome.',
      ],
      hints: [
        'Todos os tópicos da casa começam com `house`, e o seu filtro também.',
        '`house/+` combina com `house/x`, mas não com `house/x/y`: cada `+` é um nível só.',
        '`#` é sempre o último nível, como em `house/garden/#`.',
      ],
      learned: [
        'Um único filtro pode valer por uma casa inteira. Quem separa as mensagens é o hub, e assim um dispositivo pequeno recebe só o que precisa.',
      ],
      sources: [mqtt('seção 4.7, Topic Names and Topic Filters')],
    },
    retained: {
      title: lessonTitles.retained,
      text: [
        'Uma mensagem vai para quem está assinando naquele momento. Quem chega um segundo depois não recebe nada. Para um grito, tudo bem. Para um estado, não: uma página que acabou de abrir quer saber se a luz está acesa.',
        'Por isso quem publica pode pedir ao hub que **retenha** a mensagem. O hub guarda a última de cada tópico e a entrega a quem assinar depois.',
      ],
      steps: [
        'Publique um valor com retenção e faça alguém chegar depois: a pessoa vê o seu valor.',
        'Limpe o tópico e faça alguém chegar depois: a pessoa não vê mais nada.',
        'Publique um valor sem retenção e faça alguém chegar depois: para a pessoa, o valor se perdeu.',
      ],
      hints: [
        'O hub guarda uma mensagem por tópico: a nova mensagem retida toma o lugar da antiga.',
        'Uma mensagem sem retenção não mexe no que o hub guarda. Se quem chega ainda vê um valor antigo, limpe o tópico antes.',
        'Uma mensagem retida vazia limpa o tópico.',
      ],
      learned: [
        'Estados são publicados com retenção: o ciclo de trabalho de um LED, uma temperatura. Eventos, não: se o toque num botão ficasse retido, a próxima página a abrir apertaria o botão de novo.',
      ],
      sources: [mqtt('seção 3.3.1.3, RETAIN')],
    },
    actual: {
      title: lessonTitles.actual,
      text: [
        'O que você quer e o que o dispositivo faz são coisas diferentes. A lâmpada pode ser lenta, estar fora da tomada ou recusar um valor. Por isso cada propriedade tem dois tópicos: `…/duty` é o que alguém **deseja**, e `…/duty/actual` é o que a lâmpada diz que está fazendo.',
        'Esta lâmpada é lenta de propósito: muda 25 por cento por segundo.',
      ],
      steps: [
        'Ajuste a luz desejada para 80% e espere a lâmpada chegar lá.',
        'Tire a lâmpada da tomada e ajuste a luz desejada para 30%: agora os dois valores são diferentes.',
        'Ligue a lâmpada na tomada de novo e veja como ela chega ao valor desejado.',
      ],
      hints: [
        'As setas do teclado movem o controle em passos pequenos.',
        'Fora da tomada, a lâmpada fica apagada. O valor real continua sendo o último que ela informou: o hub também guarda esse valor.',
        'O valor desejado fica retido. É assim que a lâmpada fica sabendo dele quando volta.',
      ],
      learned: [
        'Uma página que só mostra o valor desejado mente quando o dispositivo está offline. O painel mostra os dois: o controle é o valor desejado, e a marca ao lado é o que o pino faz.',
      ],
      sources: [mqtt('seção 3.3.1.3, RETAIN')],
    },
    pwm: {
      title: lessonTitles.pwm,
      text: [
        'Um pino só conhece ligado e desligado, nada no meio. Para o LED brilhar menos, o pino liga e desliga muito depressa. É a **modulação por largura de pulso**, ou PWM.',
        'O tempo que o pino passa ligado é `t_on`, e o tempo do ciclo completo, ligado e desligado, é o período `T`. A fração do tempo em que ele está ligado é o **ciclo de trabalho**: `D = t_on / T`. Com 3 ms ligado num período de 4 ms, são 3 / 4 = 75%.',
        'O ciclo de trabalho também é a fração da potência que chega: 90% do tempo ligado dá 90% da potência.',
      ],
      steps: [
        'Meça a primeira onda com os cursores e calcule o ciclo de trabalho.',
        'Meça a segunda onda. O período dela é outro.',
        'Meça a terceira onda.',
      ],
      hints: [
        'Ponha o cursor A onde a onda sobe e o cursor B onde ela desce: entre eles está `t_on`.',
        'De uma subida até a próxima é um período `T`.',
        'O hub recebe o seu ciclo de trabalho, e a lâmpada o mostra.',
      ],
      learned: [
        'O olho não percebe a luz em proporção: metade da potência parece ter uns três quartos do brilho. E ele não acompanha centenas de pulsos por segundo, então vê a média.',
      ],
      sources: [
        {
          text: 'gpiozero: PWMLED e PWMOutputDevice (em inglês)',
          url: 'https://gpiozero.readthedocs.io/en/stable/api_output.html#pwmled',
        },
        {
          text: 'sRGB: como as telas codificam a luz (em inglês)',
          url: 'https://www.w3.org/Graphics/Color/sRGB',
        },
      ],
    },
    qos: {
      title: lessonTitles.qos,
      text: [
        'Uma conexão sem fio cai de vez em quando. O que estava a caminho naquele momento pode se perder, e quem enviou não fica sabendo. No MQTT, cada mensagem escolhe de quanto cuidado precisa: é a **qualidade de serviço**, QoS.',
        '**QoS 0**: enviada uma vez e esquecida. **QoS 1**: enviada de novo até alguém confirmar que chegou; pode chegar duas vezes. **QoS 2**: um aperto de mão em quatro passos, e ela chega exatamente uma vez.',
        'Um cliente MQTT de verdade nesta página envia os números de 1 a 20. A opção “Conexão ruim” piora a conexão: ela cai a cada quatro mensagens que saem e volta um quarto de segundo depois. Enquanto isso, com QoS 0 nada sai.',
      ],
      steps: [
        'Envie pela conexão boa com qualquer QoS: todos os números chegam.',
        'Deixe a conexão ruim e envie com QoS 0: alguns se perdem.',
        'Envie com QoS 1 pela conexão ruim: nenhum se perde, e alguns chegam duas vezes.',
        'Envie com QoS 2 pela conexão ruim: cada um chega exatamente uma vez.',
      ],
      hints: [
        'Por que duas vezes? A mensagem chegou, mas a conexão caiu antes de a confirmação voltar. Então o cliente enviou de novo.',
        'O próprio TCP repete os pacotes que se perdem. O que se perde mesmo é o que está a caminho quando a conexão acaba.',
      ],
      learned: [
        'Um controle deslizante pode usar QoS 0: o próximo valor já vem. Uma fechadura pede QoS 1. Dinheiro pede QoS 2, ou uma mensagem que não faça mal se chegar duas vezes.',
      ],
      sources: [
        mqtt('seção 4.3, Quality of Service levels'),
        { text: 'mqtt.js (em inglês)', url: 'https://github.com/mqttjs/MQTT.js' },
      ],
    },
    will: {
      title: lessonTitles.will,
      text: [
        'Um dispositivo que é arrancado da tomada não consegue se despedir. Por isso, ao chegar, ele deixa uma mensagem com o hub: a **última vontade** (em inglês, last will). Se a conexão acabar sem despedida, o hub a publica.',
        'A lâmpada abaixo diz `online` quando chega, e deixou a última vontade `offline`.',
      ],
      steps: [
        'Ligue a lâmpada e tire-a da tomada: o hub publica a última vontade.',
        'Ligue de novo e faça a lâmpada se despedir e sair sem dizer mais nada: o estado continua `online`, o que é mentira.',
        'Ligue de novo e faça a lâmpada publicar `offline` ela mesma antes de sair.',
      ],
      hints: [
        'A despedida diz ao hub que está tudo bem: então ele joga fora a última vontade.',
        'O estado fica retido. Sem isso, uma página aberta depois não saberia qual é.',
      ],
      learned: [
        'Todo dispositivo deste hub faz as duas coisas: diz `online` quando chega e `offline` quando sai, e sua última vontade diz `offline` se ele não conseguir.',
      ],
      sources: [mqtt('seção 3.1.2.5, Will Flag')],
    },
    page: {
      title: lessonTitles.page,
      text: [
        'Uma página que controla uma lâmpada cabe em vinte linhas. O programa abaixo está completo: HTML, um pouco de JavaScript e o cliente deste hub.',
        'Aqui ele roda numa caixa só dele e só pode usar os seus tópicos. Assim você não estraga nada.',
      ],
      steps: [
        'Rode o programa e arraste o controle: a lâmpada acompanha.',
        'Faça o programa cumprimentar: ele deve publicar um texto seu no tópico que termina em `/hello`.',
      ],
      hints: [
        "O tópico está ao lado da caixa. No programa ele é `lamp.replace('lamp/light', 'hello')`, ou o próprio texto.",
        '`hub.publish(tópico, texto)` publica. Ponha a chamada num botão ou no fim do programa.',
        'Os erros do seu programa aparecem abaixo da caixa. Um clique em “Linha 5” leva você até ela.',
      ],
      learned: [
        'Leve o programa para casa: ponha o arquivo numa pasta, rode `npx pinhub --www PASTA` e abra `/www/lamp.html`. Lá o tópico pode ser `led/21/duty`, e a lâmpada, uma de verdade.',
      ],
      sources: [
        {
          text: 'MDN: aprendendo desenvolvimento web',
          url: 'https://developer.mozilla.org/pt-BR/docs/Learn_web_development',
        },
      ],
    },
    python: {
      title: lessonTitles.python,
      text: [
        'Não são só as páginas que controlam o brilho de uma lâmpada. Aqui está o mesmo em Python, de três jeitos. O **gpiozero** e o **pigpio** comandam pinos. O **paho** envia mensagens por MQTT, como qualquer dispositivo da rede.',
        'Copie um deles e rode. A lâmpada ao lado fica acesa enquanto o seu programa estiver conectado.',
      ],
      steps: ['Rode um dos programas num computador com Python: a lâmpada dele acende aqui.'],
      hints: [
        'O Python está em python.org. Num Raspberry Pi ele já vem instalado.',
        'O gpiozero e o pigpio não mexem nos pinos sozinhos: pedem isso a outro programa, o `pigpiod`. O Pi virtual do hub responde no lugar dele.',
        'O programa com paho deixa uma última vontade, como na lição 7. Feche a janela enquanto ele roda: a lâmpada se apaga do mesmo jeito.',
      ],
      learned: [
        'O pigpiod conhece pinos; o MQTT conhece tópicos. As páginas veem os dois, porque o Pi virtual conta ao hub o que os pinos fazem.',
      ],
      sources: [
        {
          text: 'gpiozero: Configuring Remote GPIO (em inglês)',
          url: 'https://gpiozero.readthedocs.io/en/stable/remote_gpio.html',
        },
        {
          text: 'pigpio: o módulo para Python (em inglês)',
          url: 'https://abyz.me.uk/rpi/pigpio/python.html',
        },
        {
          text: 'Eclipse Paho: o cliente para Python (em inglês)',
          url: 'https://eclipse.dev/paho/files/paho.mqtt.python/html/index.html',
        },
      ],
    },
  },

  connection: {
    run: 'Rodar por 7 segundos',
    running: 'Rodando…',
    line: 'Linha do tempo dos três jeitos',
    legend:
      'Linhas verticais: o valor mudou. Barras: uma troca entre a página e o hub; as mais fortes trouxeram um valor.',
    ways: { polling: 'Polling', longPolling: 'Long polling', webSocket: 'WebSocket' },
    way: 'Jeito',
    exchanges: 'Trocas',
    inVain: 'À toa',
    bytes: 'Bytes',
    delay: 'Atraso médio',
    bytesHint:
      'Bytes nos dois sentidos. Quem contou o tamanho dos seus pedidos HTTP foi o hub, que os vê como chegam. Só o pedido que abre o WebSocket foi calculado a partir deles.',
    head: (bytes) => `Só o cabeçalho, como chegou ao hub: ${bytes} bytes`,
    questions: {
      inVain: 'Qual deles faz mais perguntas à toa?',
      cheapest: 'Qual deles gasta menos bytes para receber mais um valor?',
    },
    right: {
      inVain: 'Isso. Ele pergunta a cada segundo, tenha acontecido algo ou não.',
      cheapest: 'Isso. A conexão já está lá, então um valor custa poucos bytes.',
    },
    wrong: {
      inVain: 'Ainda não. Veja a coluna “À toa”.',
      cheapest:
        'Ainda não. Pense em mais um valor, depois do começo: o que precisa passar pela rede por causa dele?',
    },
  },
  topics: {
    filter: 'Filtro',
    try: 'Assinar',
    right: (filter) => `Isso: \`${filter}\` combina exatamente com esses tópicos.`,
    missing: (count) => (count === 1 ? 'Falta um.' : `Faltam ${count}.`),
    extra: (count) =>
      count === 1 ? 'Veio um que não foi pedido.' : `Vieram ${count} que não foram pedidos.`,
    hint: 'Compare os níveis dos tópicos com os do seu filtro.',
    malformed: '`+` ocupa o lugar de um nível; `#` vale por todo o resto e só pode vir no fim.',
  },
  retained: {
    publisher: 'Quem publica',
    value: 'Luz',
    retain: 'Reter a mensagem',
    publish: 'Publicar',
    clear: 'Limpar',
    cleared: 'Limpo: uma mensagem vazia retida foi publicada.',
    sent: (value) => `Publicado: \`${value}\`, sem retenção.`,
    sentRetained: (value) => `Publicado: \`${value}\`, com retenção.`,
    joiners: 'Quem chega depois',
    join: 'Fazer alguém chegar',
    saw: (number, value) => `A pessoa ${number} vê ${value}.`,
    sawNothing: (number) => `A pessoa ${number} não vê nada.`,
  },
  actual: {
    wish: 'Luz desejada',
    desired: 'Desejado',
    actual: 'Real',
    pluggedIn: 'A lâmpada está na tomada',
  },
  pwm: {
    screen: (division) => `Osciloscópio: uma onda quadrada, ${division} por divisão`,
    division: (time) => `Uma divisão vale ${time}.`,
    cursorA: 'Cursor A',
    cursorB: 'Cursor B',
    between: 'Entre os cursores:',
    check: 'Conferir',
    slow: 'Mostrar a lâmpada em câmera lenta (um período por segundo)',
    eye: 'Na velocidade normal, o olho vê a média. Em câmera lenta, você vê o que o pino faz de verdade.',
    verdicts: {
      right: 'Isso! O hub recebeu o seu valor, e a lâmpada o mostra.',
      'time-on': 'Meça `t_on` de novo: de onde a onda sobe até onde ela desce.',
      period: 'Meça `T` de novo: de uma subida até a próxima.',
      swapped: 'Você trocou `t_on` e `T`: D = t_on / T, então nunca passa de 100%.',
      off: 'Esse é o tempo desligado. O ciclo de trabalho é a fração do tempo ligado.',
      fraction: 'Como fração, está certo. Para ter a porcentagem, multiplique por 100.',
      duty: 'Os tempos estão certos. Agora divida `t_on` por `T`.',
      unread: 'Digite três números: dois tempos em ms e uma porcentagem.',
    },
  },
  qos: {
    topic: 'Os números vão para',
    badLink: 'Conexão ruim',
    send: (level) => `Enviar com QoS ${level}`,
    numbers: 'Os números e se cada um chegou',
    states: {
      waiting: 'ainda não enviado',
      arrived: 'chegou',
      doubled: 'chegou mais de uma vez',
      missing: 'não chegou',
    },
    result: (breaks, lost, doubled) =>
      `A conexão caiu ${breaks === 1 ? '1 vez' : `${breaks} vezes`}. Perdidos: ${lost}. Chegaram mais de uma vez: ${doubled}.`,
    link: 'Conexão',
    good: 'boa',
    bad: 'ruim',
    lost: 'Perdidos',
    doubled: 'Mais de uma vez',
  },
  will: {
    lamp: 'Lâmpada',
    here: 'conectada',
    away: 'desconectada',
    hubSays: 'O hub diz',
    plugIn: 'Ligar',
    pullPlug: 'Tirar da tomada',
    leave: 'Despedir-se e sair',
    sayGoodbye: 'Publicar offline e sair',
    statusCame: (status) => `O hub entrega \`${status}\`.`,
    events: {
      plugged: 'A lâmpada se conecta, deixa sua última vontade e publica `online`.',
      pulled: 'A lâmpada é arrancada da tomada: sem despedida.',
      left: 'A lâmpada se despede e sai.',
      'said-goodbye': 'A lâmpada publica `offline`, se despede e sai.',
      status: '',
    },
  },
  page: {
    title: 'Minha lâmpada',
    program: 'Programa',
    run: 'Rodar',
    reset: 'Recomeçar',
    takeHome: 'Levar para casa',
    result: 'Sua página',
    notRun: 'Clique em Rodar para ver.',
    lamp: 'Lâmpada',
    back: 'Voltar ao anterior',
    fromTeacher: 'Este programa veio de quem dá a aula.',
    teacherHas: 'Chegou um programa de quem dá a aula. O seu continua guardado.',
    openTeachers: 'Abrir o novo',
    denied: (topic, base) =>
      `O seu programa só pode usar tópicos que começam com \`${base}/\`. Ele tentou usar \`${topic}\`.`,
    noWindow: (call) =>
      `\`${call}\` não faz nada aqui: esta página não pode abrir janelas. Escreva na própria página, como em \`duty.textContent = 'Oi'\`, ou use \`console.log\`.`,
    faultyMap:
      'Neste script só pode ficar o mapa de importação, até o `</script>` dele. As suas linhas vão no script de baixo, o que tem `type="module"`.',
    line: (number) => `Linha ${number}:`,
    kept: (topic) => `O hub guarda o que você escreve, em \`${topic}\`.`,
  },
  python: {
    install: 'Instale uma vez:',
    save: 'Salvar como arquivo',
    connected: 'conectado agora',
    notConnected: 'sem conexão',
    onHubMachine: 'Rode no computador em que o hub está: é só lá que o Pi virtual dele responde.',
    inSeat: {
      text: [
        'Não são só as páginas que controlam o brilho de uma lâmpada: um programa em Python também consegue. Ele envia mensagens por MQTT com o **paho**, como qualquer dispositivo da rede.',
        'Rode o programa abaixo. A lâmpada fica acesa enquanto ele estiver conectado.',
      ],
      steps: ['Rode o programa num computador com Python: a lâmpada dele acende aqui.'],
      hints: [
        'O Python está em python.org. Num Raspberry Pi ele já vem instalado.',
        'Sem o token, o hub não deixa o programa entrar. O token fica entre as aspas, perto do começo do programa.',
        'O programa deixa uma última vontade, como na lição 7. Feche a janela enquanto ele roda: a lâmpada se apaga do mesmo jeito.',
      ],
    },
    noDaemon:
      'Nenhum Pi virtual deste hub responde a você. Num Raspberry Pi com o pigpiod, o programa funciona como está: ele comanda os pinos daquele Pi, e o hub não fica sabendo.',
    anywhere: 'Rode em qualquer computador que tenha acesso a este hub.',
    inTab:
      'O seu Pi virtual é uma aba do seu navegador. O gpiozero e o pigpio falam com um `pigpiod`, e uma aba não tem nenhum: por isso não chegam até ela. O **paho** chega: ele envia mensagens ao hub, e a sua aba as recebe. Faça assim:',
    keepOpen: 'Deixe o seu Pi virtual aberto enquanto o programa roda:',
    board: 'abrir meu Pi virtual',
    seatToken: (topics) =>
      `O programa precisa de um token, que é a senha dele. Com ele, o programa publica abaixo de \`${topics}\` e em nenhum outro lugar. Ao gerar um token novo, o anterior deixa de valer.`,
    makeToken: 'Gerar um token e colocá-lo no programa',
    tokenIn: 'O token já está no programa abaixo.',
    noToken: 'Não deu certo. Tente de novo.',
    start: (file) =>
      `Salve o programa como arquivo, abra um terminal na pasta dele e rode \`python ${file}\`. O LED do seu Pi virtual acende e apaga aos poucos durante dez segundos, e a lâmpada abaixo fica acesa.`,
    onPi: 'Com gpiozero ou pigpio, num Raspberry Pi de verdade',
    secret: 'É só seu: vale como senha.',
    token: 'Este hub pede que você se identifique: cole no programa um token de `npx pinhub token make`.',
    pasteToken: 'Cole seu token entre as aspas.',
    version: 'O paho 2 quer saber para qual versão o programa foi escrito.',
    watch: 'Ver o LED aqui',
  },
};
