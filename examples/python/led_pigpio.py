"""Fades the LED on GPIO 21 in and out with the pigpio library.

    pip install pigpio                         # on Debian: apt install python3-pigpio
    npx pinhub                                 # in another terminal
    python3 examples/python/led_pigpio.py
"""

import os
import sys
import time

import pigpio

pi = pigpio.pi(os.environ.get("PIGPIO_ADDR", "localhost"), int(os.environ.get("PIGPIO_PORT", "8888")))
if not pi.connected:
    sys.exit("No daemon answers. Start the virtual Pi in another terminal: npx pinhub")
for step in list(range(0, 256, 25)) + list(range(250, -1, -25)):
    pi.set_PWM_dutycycle(21, step)  # 0 is dark, 255 is full light.
    time.sleep(0.05)
pi.set_PWM_dutycycle(21, 0)
pi.stop()
