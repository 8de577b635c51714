/*
 * Sets the LED on GPIO 21 over MQTT with libmosquitto, and waits until it does what was asked.
 *
 *     apt install libmosquitto-dev gcc
 *     gcc -o lamp examples/c/lamp.c -lmosquitto -lm
 *     npx pinhub                                  # in another terminal
 *     ./lamp 30
 */
#include <math.h>
#include <mosquitto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static double wanted = 30;

static void on_connect(struct mosquitto *client, void *unused, int code)
{
    char text[32];
    if (code != 0) {
        fprintf(stderr, "The hub refused the connection: %s\n", mosquitto_connack_string(code));
        exit(1);
    }
    snprintf(text, sizeof text, "%g", wanted);
    mosquitto_subscribe(client, NULL, "led/21/duty/actual", 1);
    mosquitto_publish(client, NULL, "led/21/duty", (int)strlen(text), text, 1, true);
}

static void on_message(struct mosquitto *client, void *unused, const struct mosquitto_message *message)
{
    char text[32];
    snprintf(text, sizeof text, "%.*s", message->payloadlen, (const char *)message->payload);
    printf("The LED is at %s %%.\n", text);
    if (fabs(atof(text) - wanted) < 0.5)
        mosquitto_disconnect(client);
}

int main(int argc, char **argv)
{
    const char *host = getenv("PINHUB_HOST") ? getenv("PINHUB_HOST") : "localhost";
    int port = getenv("PINHUB_MQTT_PORT") ? atoi(getenv("PINHUB_MQTT_PORT")) : 1883;
    if (argc > 1)
        wanted = atof(argv[1]);
    mosquitto_lib_init();
    struct mosquitto *client = mosquitto_new(NULL, true, NULL);
    mosquitto_connect_callback_set(client, on_connect);
    mosquitto_message_callback_set(client, on_message);
    int result = mosquitto_connect(client, host, port, 60);
    if (result != MOSQ_ERR_SUCCESS) {
        fprintf(stderr, "No hub at %s:%d (%s). Start one in another terminal: npx pinhub\n", host, port, mosquitto_strerror(result));
        return 1;
    }
    result = mosquitto_loop_forever(client, -1, 1);
    mosquitto_destroy(client);
    mosquitto_lib_cleanup();
    return result == MOSQ_ERR_SUCCESS ? 0 : 1;
}
