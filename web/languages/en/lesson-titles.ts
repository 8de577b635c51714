/** The lessons in their order, and what each is called. */
export const lessonTitles = {
  connection: 'Ask again and again, or stay connected?',
  topics: 'Topics and wildcards',
  retained: 'Retained: why a late joiner sees the light',
  actual: 'Desired and actual',
  pwm: 'PWM: light by the clock',
  qos: 'Quality of service over a bad link',
  will: 'The last will',
  page: 'A page of your own',
  python: 'Python beside the board',
};
