"""Sets the LED on GPIO 21 over MQTT with paho, and waits until it does what was asked.

    pip install paho-mqtt                      # on Debian: apt install python3-paho-mqtt
    npx pinhub                                 # in another terminal
    python3 examples/python/led_paho.py 30
"""

import os
import sys

import paho.mqtt.client as mqtt

hub = os.environ.get("PINHUB_HOST", "localhost")
port = int(os.environ.get("PINHUB_MQTT_PORT", "1883"))
wanted = float(sys.argv[1]) if len(sys.argv) > 1 else 30.0
client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2) if hasattr(mqtt, "CallbackAPIVersion") else mqtt.Client()


def on_connect(client, *_):
    client.subscribe("led/21/duty/actual", qos=1)
    client.publish("led/21/duty", f"{wanted:g}", qos=1, retain=True)


def on_message(client, _, message):
    print(f"The LED is at {message.payload.decode()} %.", flush=True)
    if abs(float(message.payload) - wanted) < 0.5:
        client.disconnect()


client.on_connect = on_connect
client.on_message = on_message
try:
    client.connect(hub, port)
except OSError as error:
    sys.exit(f"No hub at {hub}:{port} ({error}). Start one in another terminal: npx pinhub")
client.loop_forever()
