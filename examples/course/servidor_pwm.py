"""O servidor de PWM do curso, agora como dispositivo do hub: a página e o gráfico já existem, só falta o LED.

Ele liga o tópico `led/21/duty` ao GPIO 21 por gpiozero e pigpio, como no curso.

    pip install gpiozero pigpio paho-mqtt      # no Debian: apt install python3-gpiozero python3-pigpio python3-paho-mqtt
    npx pinhub --device led/20                 # em outro terminal: o hub, com seu próprio LED em outro pino
    python3 examples/course/servidor_pwm.py
"""

import json
import os

import paho.mqtt.client as mqtt
from gpiozero import PWMLED
from gpiozero.pins.pigpio import PiGPIOFactory

hub = os.environ.get("PINHUB_HOST", "localhost")
porta = int(os.environ.get("PINHUB_MQTT_PORT", "1883"))
pigpiod = int(os.environ.get("PIGPIO_PORT", "8888"))

led = PWMLED(21, pin_factory=PiGPIOFactory(host=os.environ.get("PIGPIO_ADDR", "localhost"), port=pigpiod))
cliente = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2) if hasattr(mqtt, "CallbackAPIVersion") else mqtt.Client()
cliente.will_set("led/21/status", "offline", qos=1, retain=True)


def ao_conectar(cliente, *_):
    info = {"kind": "led", "name": "LED do curso", "gpio": 21}
    cliente.publish("led/21/info", json.dumps(info), qos=1, retain=True)
    cliente.publish("led/21/status", "online", qos=1, retain=True)
    cliente.subscribe("led/21/duty", qos=1)
    print("Conectado ao hub.", flush=True)


def ao_receber(cliente, _, mensagem):
    try:
        nivel = float(mensagem.payload)
    except ValueError:
        return  # Não é um número: o LED fica como está.
    nivel = min(100.0, max(0.0, nivel))
    led.value = nivel / 100
    cliente.publish("led/21/duty/actual", f"{nivel:g}", qos=1, retain=True)


cliente.on_connect = ao_conectar
cliente.on_message = ao_receber
cliente.connect(hub, porta)
cliente.loop_forever()
