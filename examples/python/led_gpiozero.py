"""Fades the LED on GPIO 21 in and out with gpiozero, over the pigpio daemon, or the virtual Pi, which speaks the same protocol.

    pip install gpiozero pigpio                # on Debian: apt install python3-gpiozero python3-pigpio
    npx pinhub                                 # in another terminal
    python3 examples/python/led_gpiozero.py
"""

import os
import time

from gpiozero import PWMLED
from gpiozero.pins.pigpio import PiGPIOFactory

factory = PiGPIOFactory(host=os.environ.get("PIGPIO_ADDR", "localhost"), port=int(os.environ.get("PIGPIO_PORT", "8888")))
led = PWMLED(21, pin_factory=factory)
for step in list(range(0, 101, 10)) + list(range(90, -1, -10)):
    led.value = step / 100
    time.sleep(0.05)
led.close()
