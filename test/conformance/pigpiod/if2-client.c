/* A client in C, by the library that comes with pigpio. Prints what it gets, one thing a line. */
#include <stdint.h>
#include <stdio.h>

/* pigpiod_if2.h wants pigpio.h, which Debian has for Raspberry Pis alone; this is what is needed of both. */
#define EITHER_EDGE 2
typedef struct { uint32_t on, off, us; } pulse_t;
typedef void (*edge_func_t)(int pi, unsigned gpio, unsigned level, uint32_t tick);
int pigpio_start(const char *address, const char *port);
void pigpio_stop(int pi);
int set_PWM_range(int pi, unsigned gpio, unsigned range);
int set_PWM_dutycycle(int pi, unsigned gpio, unsigned dutycycle);
int get_PWM_dutycycle(int pi, unsigned gpio);
int get_PWM_real_range(int pi, unsigned gpio);
int gpio_write(int pi, unsigned gpio, unsigned level);
int wave_add_generic(int pi, unsigned count, pulse_t *pulses);
int wave_create(int pi);
int wave_send_once(int pi, unsigned wave);
int callback(int pi, unsigned gpio, unsigned edge, edge_func_t func);
int callback_cancel(unsigned id);

static void on_edge(int pi, unsigned gpio, unsigned level, uint32_t tick)
{
   (void)pi;
   (void)tick;
   printf("edge %u %u\n", gpio, level);
}

int main(void)
{
   char word[32];
   setvbuf(stdout, NULL, _IOLBF, 0);
   int pi = pigpio_start(NULL, NULL);
   if (pi < 0) return 1;

   set_PWM_range(pi, 21, 1000);
   set_PWM_dutycycle(pi, 21, 250);
   printf("pwm %d %d\n", get_PWM_dutycycle(pi, 21), get_PWM_real_range(pi, 21));
   printf("refused %d\n", gpio_write(pi, 1, 1));

   pulse_t pulses[] = {{1 << 17, 0, 100}, {0, 1 << 17, 100}};
   wave_add_generic(pi, 2, pulses);
   int wave = wave_create(pi);
   printf("wave %d %d\n", wave, wave_send_once(pi, wave));

   int watched = callback(pi, 23, EITHER_EDGE, on_edge);
   printf("ready\n");
   if (!fgets(word, sizeof word, stdin)) return 1;
   callback_cancel(watched);
   pigpio_stop(pi);
   printf("stopped\n");
   return 0;
}
