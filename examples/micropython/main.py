# An ESP32 with MicroPython as a device of the hub: a lamp on GPIO 2 with a card of its own, its state, and a last will.
# Copy it to the board as main.py, with your network and the hub's address. umqtt.simple comes with MicroPython for the ESP32.
import json
import network
import time
from machine import PWM, Pin
from umqtt.simple import MQTTClient

WIFI = ("my network", "its password")
HUB = "192.168.1.10"
DEVICE = b"lamp/desk"

lamp = PWM(Pin(2), freq=1000, duty_u16=0)


def connect_wifi():
    wlan = network.WLAN(network.STA_IF)
    wlan.active(True)
    wlan.connect(*WIFI)
    while not wlan.isconnected():
        time.sleep(0.2)


def set_light(topic, payload):
    try:
        percent = min(100, max(0, float(payload)))
    except ValueError:
        return  # It is no number: the lamp stays as it is.
    lamp.duty_u16(int(percent * 65535 / 100))
    client.publish(DEVICE + b"/light/actual", b"%d" % percent, retain=True)


INFO = {
    "kind": "lamp",
    "name": "Desk",
    "properties": {"light": {"type": "number", "unit": "%", "min": 0, "max": 100, "settable": True}},
}

connect_wifi()
client = MQTTClient("esp32-desk", HUB, keepalive=30)
client.set_last_will(DEVICE + b"/status", b"offline", retain=True, qos=1)
client.set_callback(set_light)
client.connect()
client.publish(DEVICE + b"/info", json.dumps(INFO), retain=True)
client.publish(DEVICE + b"/status", b"online", retain=True)
client.subscribe(DEVICE + b"/light")
heard = time.ticks_ms()
while True:
    client.check_msg()
    # A hub that hears nothing for one and a half times the keep alive publishes the will.
    if time.ticks_diff(time.ticks_ms(), heard) > 10_000:
        client.ping()
        heard = time.ticks_ms()
    time.sleep(0.02)
