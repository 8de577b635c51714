"""A Python client (paho-mqtt 1.6) that does what it is told on standard input, a JSON object a line, and prints what happens to it."""
import json
import sys
import threading

import paho.mqtt.client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

lock = threading.Lock()


def tell(**what):
    with lock:
        print(json.dumps(what), flush=True)


def properties(kind, values):
    made = Properties(kind)
    for name, value in values.items():
        if name == "UserProperty":
            for pair in value:
                made.UserProperty = tuple(pair)
        elif name == "CorrelationData":
            made.CorrelationData = value.encode()
        else:
            setattr(made, name, value)
    return made


def names(given):
    if given is None:
        return {}
    found = given.json()
    return {name: value for name, value in found.items()}


version, transport, port, path, options = json.loads(sys.argv[1])
client = mqtt.Client(
    client_id=options.get("clientId", ""),
    protocol=version,
    transport=transport,
    **({} if version == mqtt.MQTTv5 else {"clean_session": options.get("clean", True)}),
)
if transport == "websockets":
    client.ws_set_options(path=path)
if "will" in options:
    will = options["will"]
    client.will_set(will["topic"], will["payload"], will.get("qos", 0), will.get("retain", False))


def on_connect(client, userdata, flags, code, given=None):
    tell(event="connect", session=flags["session present"], code=int(code.value if hasattr(code, "value") else code), properties=names(given))


def on_disconnect(client, userdata, code, given=None):
    tell(event="disconnect", code=int(code.value if hasattr(code, "value") else code))


def on_message(client, userdata, message):
    tell(
        event="message",
        topic=message.topic,
        payload=message.payload.decode(),
        qos=message.qos,
        retain=bool(message.retain),
        properties=names(getattr(message, "properties", None)),
    )


def on_subscribe(client, userdata, mid, granted, given=None):
    tell(event="subscribe", codes=[int(code.value if hasattr(code, "value") else code) for code in granted])


def on_unsubscribe(client, userdata, mid, *given):
    tell(event="unsubscribe")


def on_publish(client, userdata, mid):
    tell(event="publish")


client.on_connect, client.on_disconnect, client.on_message = on_connect, on_disconnect, on_message
client.on_subscribe, client.on_unsubscribe, client.on_publish = on_subscribe, on_unsubscribe, on_publish
extra = {}
if version == mqtt.MQTTv5:
    extra = {"clean_start": options.get("clean", True), "properties": properties(PacketTypes.CONNECT, options.get("properties", {}))}
client.connect("127.0.0.1", port, keepalive=options.get("keepalive", 60), **extra)
client.loop_start()
for line in sys.stdin:
    order = json.loads(line)
    do = order["do"]
    if do == "publish":
        given = {"properties": properties(PacketTypes.PUBLISH, order["properties"])} if "properties" in order else {}
        client.publish(order["topic"], order["payload"], order.get("qos", 0), order.get("retain", False), **given)
    elif do == "subscribe" and version == mqtt.MQTTv5:
        wanted = SubscribeOptions(**{"qos": 0, **order.get("options", {})})
        given = {"properties": properties(PacketTypes.SUBSCRIBE, order["properties"])} if "properties" in order else {}
        client.subscribe(order["topic"], options=wanted, **given)
    elif do == "subscribe":
        client.subscribe(order["topic"], order.get("options", {}).get("qos", 0))
    elif do == "unsubscribe":
        client.unsubscribe(order["topic"])
    elif do == "disconnect":
        client.disconnect()
        client.loop_stop()
        break
