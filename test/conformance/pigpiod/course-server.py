"""The PWM server of the course, as it is written for a Raspberry Pi."""
import os

from flask import Flask, jsonify, request
from flask_socketio import SocketIO, emit
from gpiozero import PWMLED
from gpiozero.pins.pigpio import PiGPIOFactory

led = PWMLED(21, pin_factory=PiGPIOFactory())
state = {"level": 50}
led.value = state["level"] / 100

app = Flask(__name__)
socketio = SocketIO(app, async_mode="threading", cors_allowed_origins="*")


def set_level(level):
    state["level"] = min(max(level, 0), 100)
    led.value = state["level"] / 100


@app.get("/led")
def read():
    return jsonify(state)


@app.post("/led")
def write():
    level = int(request.values.get("level", -1))
    if not 0 <= level <= 100:
        return "level is 0-100", 400
    set_level(level)
    return jsonify(state)


@socketio.on("connect")
def connected():
    emit("led", state)


@socketio.on("led")
def dim(message):
    text = message["level"]
    if text.isnumeric():
        set_level(int(text))
    socketio.emit("led", state)


if __name__ == "__main__":
    socketio.run(app, host="127.0.0.1", port=int(os.environ["PORT"]), allow_unsafe_werkzeug=True)
