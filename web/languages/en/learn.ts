import { lessonTitles } from './lesson-titles.ts';

const RFC_6455 = { text: 'RFC 6455: The WebSocket Protocol', url: 'https://www.rfc-editor.org/rfc/rfc6455' };
const RFC_6202 = {
  text: 'RFC 6202: long polling and streaming, and their known issues',
  url: 'https://www.rfc-editor.org/rfc/rfc6202',
};
const mqtt = (section: string) => ({
  text: `MQTT Version 5.0, ${section}`,
  url: 'https://docs.oasis-open.org/mqtt/mqtt/v5.0/mqtt-v5.0.html',
});

/** The texts of the lessons. */
export const learn = {
  documentTitle: 'Pinhub · Lessons',
  title: 'Lessons',
  connectionStatus: { connecting: 'Connecting…', online: 'Connected', offline: 'Not connected' },
  closed:
    'The lessons publish messages of their own, and on this hub you may only watch. Ask whoever runs it for a link that lets you control.',
  kept: (topic: string) => `The hub keeps how far you are, as a retained message at \`${topic}\`.`,
  task: 'Your task',
  done: 'done',
  doneBefore: 'You have done this lesson before. You can do it again whenever you like: it stays done.',
  hints: 'Hints',
  sources: 'Where to read more',
  next: (title: string) => `Next: ${title}`,
  end: 'That was the last of the eight lessons. Everything in them works with real pins too: wire an LED to GPIO 21, and use `led/21` in place of your own topics.',

  lessons: {
    connection: {
      title: lessonTitles.connection,
      text: [
        'A web page asks a server, the server answers, and that is all: this is how HTTP works. But some values change when nobody asks: a price, a chat, a door that opens. How does a page learn about them?',
        'There are three ways. **Polling** asks again every second. **Long polling** asks once, and the server answers only when there is something. A **WebSocket** is one connection that stays open, and on which both sides speak whenever they want.',
        'Here all three follow the same value of this hub at the same time, over your real network.',
      ],
      steps: [
        'Run the three ways, and watch the timeline: each vertical line is a change of the value, each bar is an exchange with the hub.',
        'Find the way that wastes the most exchanges.',
        'Find the way that needs the fewest bytes for one more value.',
      ],
      hints: [
        'A pale bar brought no value. The first ones set up the connection; later ones are wasted.',
        'A WebSocket begins as a request over HTTP, too: that is its first bar. What comes after is small.',
        'Compare the last column: how long after a change did each way know?',
      ],
      learned: [
        'A message over an open WebSocket has 2 to 6 bytes around it. A request over HTTP has hundreds of bytes of headers, each time. That is why this hub keeps one connection open, and why a slider feels immediate.',
      ],
      sources: [RFC_6455, RFC_6202],
    },
    topics: {
      title: lessonTitles.topics,
      text: [
        'Every message on the hub has an address, its topic. A topic has levels, with a `/` between them: `house/kitchen/light`. Nobody has to create a topic: whoever publishes to it makes it.',
        'Whoever wants messages subscribes with a filter. A filter may be a topic, or have wildcards: `+` stands for exactly one level, and `#`, at the end, for the level it stands after and everything below.',
        'Below is a small house. Type a filter and see which of its messages the hub gives you.',
      ],
      steps: [
        'Get everything from the kitchen, and nothing else.',
        'Get the temperatures of all rooms, and nothing else.',
        'Get all lights, but not the power that a light uses.',
      ],
      hints: [
        'Every topic of the house begins with `house`, so your filter must too.',
        '`house/+` matches `house/x`, but not `house/x/y`: a plus is exactly one level.',
        '`#` is always the last level, as in `house/garden/#`.',
      ],
      learned: [
        'One filter can stand for a whole house. The hub does the sorting, so a small device gets only what it needs.',
      ],
      sources: [mqtt('section 4.7, Topic Names and Topic Filters')],
    },
    retained: {
      title: lessonTitles.retained,
      text: [
        'A message goes to everybody who is subscribed at that moment. Whoever comes a second later has missed it. That is right for a shout, and wrong for a state: a page that opens wants to know whether the light is on.',
        'So a publisher can ask the hub to **retain** a message. The hub keeps the last one of each topic, and gives it to everybody who subscribes later.',
      ],
      steps: [
        'Publish a value retained, and let somebody join late: they see your value.',
        'Clear the topic, and let somebody join late: they see nothing.',
        'Publish a value that is not retained, and let somebody join late: they have missed it.',
      ],
      hints: [
        'The hub keeps one message for each topic: a new retained one takes the place of the old one.',
        'A message that is not retained does not change what the hub keeps. If late joiners still see an old value, clear it first.',
        'An empty retained message clears the topic.',
      ],
      learned: [
        'States are published retained: the duty cycle of an LED, a temperature. Events are not: if the press of a button were retained, the next page to open would press it again.',
      ],
      sources: [mqtt('section 3.3.1.3, RETAIN')],
    },
    actual: {
      title: lessonTitles.actual,
      text: [
        'What you want and what a device does are two different things. A lamp may be slow, switched off, or refuse a value. So each property has two topics: `…/duty` is what somebody **desires**, `…/duty/actual` is what the lamp says it does.',
        'This lamp is slow on purpose: it changes by 25 percent in a second.',
      ],
      steps: [
        'Set it to 80 %, and wait until the lamp gets there.',
        'Pull its plug, and set it to 30 %: now the two differ.',
        'Plug it in again, and watch it catch up.',
      ],
      hints: [
        'The arrow keys move the slider by small steps.',
        'Without its plug the lamp is dark. The actual value stays what the lamp said last: the hub retains that too.',
        'The desired value is retained. That is how the lamp learns of it when it comes back.',
      ],
      learned: [
        'A page that shows only the desired value lies when the device is away. The dashboard shows both: the slider is the desired value, and the mark beside it is what the pin does.',
      ],
      sources: [mqtt('section 3.3.1.3, RETAIN')],
    },
    pwm: {
      title: lessonTitles.pwm,
      text: [
        'A pin knows on and off, and nothing between. To dim an LED, the pin is switched on and off very fast. This is **pulse-width modulation**, PWM.',
        'The time that the pin is on is called `t_on`, and the time of one whole round, on and off, is the period `T`. The share of the time that it is on is the **duty cycle**: `D = t_on / T`. With 3 ms on in a period of 4 ms it is 3 / 4 = 75 %.',
        'The duty cycle is also the share of the power that arrives: 90 % on means 90 % of the power.',
      ],
      steps: [
        'Measure the first wave with the cursors, and work out its duty cycle.',
        'Measure the second wave. Its period is different.',
        'Measure the third wave.',
      ],
      hints: [
        'Put cursor A where the wave rises, and cursor B where it falls: between them is `t_on`.',
        'From one rise to the next is one period `T`.',
        'The hub gets your duty cycle, and the lamp shows it.',
      ],
      learned: [
        'The eye does not see light in proportion: half the power looks like about three quarters of the brightness. And it cannot follow hundreds of pulses a second, so it sees the average.',
      ],
      sources: [
        {
          text: 'gpiozero: PWMLED and PWMOutputDevice',
          url: 'https://gpiozero.readthedocs.io/en/stable/api_output.html#pwmled',
        },
        { text: 'sRGB: how screens encode light', url: 'https://www.w3.org/Graphics/Color/sRGB' },
      ],
    },
    qos: {
      title: lessonTitles.qos,
      text: [
        'A wireless connection breaks now and then. What was on its way at that moment may be lost, and the sender does not know. MQTT lets each message choose how much care it wants, its **quality of service**, QoS.',
        '**QoS 0**: sent once, and forgotten. **QoS 1**: sent again until somebody says that it has come; it may come twice. **QoS 2**: a handshake in four steps, and it comes exactly once.',
        'A real MQTT client in this page sends the numbers 1 to 20. The switch makes its link bad: it breaks at every fourth message that goes out, and is back after a quarter of a second. Until then QoS 0 sends nothing at all.',
      ],
      steps: [
        'Send over the good link with any QoS: all numbers arrive.',
        'Make the link bad, and send with QoS 0: some are lost.',
        'Send with QoS 1 over the bad link: none is lost, and some come twice.',
        'Send with QoS 2 over the bad link: each comes exactly once.',
      ],
      hints: [
        'Why twice? The message arrived, but the link broke before its acknowledgement was back. So the client sent it again.',
        'TCP itself repeats packets that are lost. Only messages that are on the way when a connection ends are really lost.',
      ],
      learned: [
        'A slider may use QoS 0: the next value comes anyway. A door that is locked wants QoS 1. Money wants QoS 2, or a message that does no harm when it comes twice.',
      ],
      sources: [
        mqtt('section 4.3, Quality of Service levels'),
        { text: 'mqtt.js', url: 'https://github.com/mqttjs/MQTT.js' },
      ],
    },
    will: {
      title: lessonTitles.will,
      text: [
        'A device whose plug is pulled cannot say goodbye. So it leaves a message with the hub when it comes: its **last will**. If the connection ends without a goodbye, the hub publishes it.',
        'The lamp below says `online` when it comes, and has left the will `offline`.',
      ],
      steps: [
        'Plug the lamp in, and pull the plug: the hub publishes the will.',
        'Plug it in again, and let it say goodbye and leave without publishing anything: the status stays `online`, which is a lie.',
        'Plug it in again, and let it publish `offline` itself before it leaves.',
      ],
      hints: [
        'A goodbye tells the hub that all is well: then it throws the will away.',
        'The status is retained, or a page that opens later would not know it.',
      ],
      learned: [
        'Every device of this hub does both: it says `online` when it comes and `offline` when it leaves, and its will says `offline` if it cannot.',
      ],
      sources: [mqtt('section 3.1.2.5, Will Flag')],
    },
    page: {
      title: lessonTitles.page,
      text: [
        'A page that controls a lamp needs twenty lines. The program below is complete: HTML, a little JavaScript, and the client of this hub.',
        'It runs here in a box of its own, and there it can use your own topics and no others. So you cannot break anything.',
      ],
      steps: [
        'Run it, and drag its slider: the lamp follows.',
        'Make the program greet: let it publish a text of yours to the topic that ends with `/hello`.',
      ],
      hints: [
        "The topic is shown beside the box. In the program it is `lamp.replace('lamp/light', 'hello')`, or the text itself.",
        '`hub.publish(topic, text)` publishes. Call it from a button, or at the end of the program.',
        'Errors of your program are shown below the box. A click on “Line 5” leads to that line.',
      ],
      learned: [
        'Take the program home: put the file into a folder, start `npx pinhub --www FOLDER`, and open it at `/www/lamp.html`. There the topic may be `led/21/duty`, and the lamp a real one.',
      ],
      sources: [
        {
          text: 'MDN: getting started with the web',
          url: 'https://developer.mozilla.org/docs/Learn_web_development/Getting_started',
        },
      ],
    },
    python: {
      title: lessonTitles.python,
      text: [
        'Pages are not the only ones that dim a lamp. Here is the same in Python, in three ways. **gpiozero** and **pigpio** drive pins. **paho** sends messages over MQTT, as any device on the network may.',
        'Copy one of them and start it. The lamp beside it is lit while the hub sees that your program is connected.',
      ],
      steps: ['Start one of the programs on a computer with Python: its lamp lights here.'],
      hints: [
        'Python comes from python.org. A Raspberry Pi has it already.',
        'gpiozero and pigpio do not touch the pins themselves: they ask a program that does, `pigpiod`. The virtual Pi of the hub answers in its place.',
        'The program with paho leaves a last will, as in lesson 7. Close its window while it runs, and its lamp goes out all the same.',
      ],
      learned: [
        'pigpiod knows pins, and MQTT knows topics. The pages see both, because the virtual Pi tells the hub what its pins do.',
      ],
      sources: [
        {
          text: 'gpiozero: Configuring Remote GPIO',
          url: 'https://gpiozero.readthedocs.io/en/stable/remote_gpio.html',
        },
        { text: 'pigpio: the Python module', url: 'https://abyz.me.uk/rpi/pigpio/python.html' },
        {
          text: 'Eclipse Paho: the Python client',
          url: 'https://eclipse.dev/paho/files/paho.mqtt.python/html/index.html',
        },
      ],
    },
  },

  connection: {
    run: 'Run for 7 seconds',
    running: 'Running…',
    line: 'Timeline of the three ways',
    legend:
      'Vertical lines: the value changed. Bars: an exchange between page and hub; bright ones brought a value.',
    ways: { polling: 'Polling', longPolling: 'Long polling', webSocket: 'WebSocket' },
    way: 'Way',
    exchanges: 'Exchanges',
    inVain: 'Wasted',
    bytes: 'Bytes',
    delay: 'Mean delay',
    bytesHint:
      'Bytes in both directions. The hub itself counted your HTTP requests, as they arrived. Only the one that opens the WebSocket is worked out from them.',
    head: (bytes: string) => `A request as it arrived at the hub: ${bytes} bytes before anything is said`,
    questions: {
      inVain: 'Which way wastes the most exchanges?',
      cheapest: 'Which way needs the fewest bytes for one more value?',
    },
    right: {
      inVain: 'Right. It asks every second, whether something happened or not.',
      cheapest: 'Right. The connection is there already, so a value is a few bytes.',
    },
    wrong: {
      inVain: 'Not quite. Look at the column “Wasted”.',
      cheapest:
        'Not quite. Think of one more value after the beginning: what has to go over the line for it?',
    },
  },
  topics: {
    filter: 'Filter',
    try: 'Subscribe',
    right: (filter: string) => `Right: \`${filter}\` matches exactly these.`,
    missing: (count: number) => (count === 1 ? 'One is missing.' : `${count} are missing.`),
    extra: (count: number) =>
      count === 1 ? 'One came that was not asked for.' : `${count} came that were not asked for.`,
    hint: 'Compare the levels of the topics with those of your filter.',
    malformed: '`+` stands for one level; `#` stands for all the rest, and only at the end.',
  },
  retained: {
    publisher: 'Publisher',
    value: 'Light',
    retain: 'Retain it',
    publish: 'Publish',
    clear: 'Clear',
    cleared: 'Cleared: an empty retained message.',
    sent: (value: string) => `Published \`${value}\`, not retained.`,
    sentRetained: (value: string) => `Published \`${value}\`, retained.`,
    joiners: 'Late joiners',
    join: 'Somebody joins',
    saw: (number: number, value: string) => `Joiner ${number} sees ${value}.`,
    sawNothing: (number: number) => `Joiner ${number} sees nothing.`,
  },
  actual: {
    wish: 'Desired light',
    desired: 'Desired',
    actual: 'Actual',
    pluggedIn: 'The lamp is plugged in',
  },
  pwm: {
    screen: (division: string) => `Scope: a square wave, ${division} per division`,
    division: (time: string) => `One division is ${time}.`,
    cursorA: 'Cursor A',
    cursorB: 'Cursor B',
    between: 'Between the cursors:',
    check: 'Check',
    slow: 'Show the lamp in slow motion (one period a second)',
    eye: 'At full speed the eye sees the average. In slow motion you see what the pin really does.',
    verdicts: {
      right: 'Right! The hub has your value, and the lamp shows it.',
      'time-on': 'Measure `t_on` again: from where the wave rises to where it falls.',
      period: 'Measure `T` again: from one rise to the next.',
      swapped: 'You have `t_on` and `T` mixed up: D = t_on / T, so it can never be more than 100 %.',
      off: 'That is the time off. The duty cycle is the share of the time on.',
      fraction: 'That is right as a fraction. As a percentage it is a hundred times as much.',
      duty: 'The times are right. Now divide `t_on` by `T`.',
      unread: 'Type three numbers: two times in ms, and a percentage.',
    },
  },
  qos: {
    topic: 'The numbers go to',
    badLink: 'Bad link',
    send: (level: number) => `Send with QoS ${level}`,
    numbers: 'The numbers, and whether they arrived',
    states: {
      waiting: 'not sent yet',
      arrived: 'arrived',
      doubled: 'came more than once',
      missing: 'not there',
    },
    result: (breaks: number, lost: number, doubled: number) =>
      `The link broke ${breaks === 1 ? 'once' : `${breaks} times`}. Lost: ${lost}. Came more than once: ${doubled}.`,
    link: 'Link',
    good: 'good',
    bad: 'bad',
    lost: 'Lost',
    doubled: 'More than once',
  },
  will: {
    lamp: 'Lamp',
    here: 'connected',
    away: 'away',
    hubSays: 'The hub says',
    plugIn: 'Plug in',
    pullPlug: 'Pull the plug',
    leave: 'Say goodbye and leave',
    sayGoodbye: 'Publish offline, then leave',
    statusCame: (status: string) => `The hub delivers \`${status}\`.`,
    events: {
      plugged: 'The lamp connects, leaves its will, and publishes `online`.',
      pulled: 'The plug is pulled: no goodbye.',
      left: 'The lamp says goodbye and leaves.',
      'said-goodbye': 'The lamp publishes `offline`, says goodbye and leaves.',
      status: '',
    },
  },
  page: {
    title: 'My lamp',
    program: 'Program',
    run: 'Run',
    reset: 'Start over',
    takeHome: 'Take it home',
    result: 'Your page',
    notRun: 'Press Run to see it.',
    lamp: 'Lamp',
    back: 'Back to the one before',
    fromTeacher: 'This program is from your teacher.',
    teacherHas: 'Your teacher has handed out a program. Yours is kept.',
    openTeachers: 'Open it',
    denied: (topic: string, base: string) =>
      `Your program may only use topics that begin with \`${base}/\`. It tried \`${topic}\`.`,
    noWindow: (call: string) =>
      `\`${call}\` does nothing here, because this page may not open windows. Write into the page, as in \`duty.textContent = 'Hi'\`, or use \`console.log\`.`,
    faultyMap:
      'Only the import map may be in this script, up to its `</script>`. Your own lines belong into the script below it, with `type="module"`.',
    line: (number: number) => `Line ${number}:`,
    kept: (topic: string) => `The hub keeps what you write, at \`${topic}\`.`,
  },
  python: {
    install: 'Install it once:',
    save: 'Save as a file',
    connected: 'connected now',
    notConnected: 'not connected',
    onHubMachine: 'Run it on the computer where the hub is: only there does its virtual Pi answer.',
    inSeat: {
      text: [
        'Pages are not the only ones that dim a lamp: a program in Python can, too. It sends messages over MQTT with **paho**, as any device on the network may.',
        'Start the program below. Its lamp is lit while the hub sees that it is connected.',
      ],
      steps: ['Start the program on a computer with Python: its lamp lights here.'],
      hints: [
        'Python comes from python.org. A Raspberry Pi has it already.',
        'Without the token, the hub does not let the program in. It is between the quotes near the beginning of the program.',
        'The program leaves a last will, as in lesson 7. Close its window while it runs, and its lamp goes out all the same.',
      ],
    },
    noDaemon:
      'No virtual Pi of this hub answers you. On a Raspberry Pi that runs pigpiod, the program works as it is: it drives the pins of that Pi, and the hub does not see it.',
    anywhere: 'Run it on any computer that reaches this hub.',
    inTab:
      'Your virtual Pi is a tab of your browser. gpiozero and pigpio ask a `pigpiod`, and a tab has none, so they cannot reach it. **paho** can: it sends messages to the hub, and your tab receives them. This is what to do:',
    keepOpen: 'Keep your virtual Pi open while the program runs:',
    board: 'open my virtual Pi',
    seatToken: (topics: string) =>
      `The program needs a token, which is its password. It may publish below \`${topics}\`, and nowhere else. A new token replaces the old one.`,
    makeToken: 'Make a token, and put it into the program',
    tokenIn: 'It is in the program below.',
    noToken: 'That did not work. Try again.',
    start: (file: string) =>
      `Save the program as a file, open a terminal in its folder, and start it with \`python ${file}\`. The LED of your virtual Pi fades up and down for ten seconds, and the lamp below is lit.`,
    onPi: 'With gpiozero or pigpio, on a real Raspberry Pi',
    secret: 'Yours alone: it is a password.',
    token: 'This hub asks who you are: paste a token of `npx pinhub token make` into the program.',
    pasteToken: 'Paste your token between the quotes.',
    version: 'paho 2 wants to know for which version a program was written.',
    watch: 'Watch the LED here',
  },
};
