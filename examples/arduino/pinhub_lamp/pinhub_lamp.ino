// An ESP32 as a device of the hub: a lamp on GPIO 2 with a card of its own, its state, and a last will.
// In the Arduino IDE: board "ESP32 Dev Module", libraries "PubSubClient" and "WiFi". Set your network and the hub's address.
#include <PubSubClient.h>
#include <WiFi.h>

const char *WIFI_NAME = "my network";
const char *WIFI_PASSWORD = "its password";
const char *HUB = "192.168.1.10";
const int LAMP = 2;

const char *INFO = "{\"kind\":\"lamp\",\"name\":\"Desk\",\"properties\":{\"light\":"
                   "{\"type\":\"number\",\"unit\":\"%\",\"min\":0,\"max\":100,\"settable\":true}}}";

WiFiClient wifi;
PubSubClient hub(wifi);

void setLight(char *topic, byte *payload, unsigned int length) {
  String text;
  for (unsigned int i = 0; i < length; i++) text += (char)payload[i];
  int percent = constrain(text.toInt(), 0, 100);
  analogWrite(LAMP, percent * 255 / 100);
  hub.publish("lamp/desk/light/actual", String(percent).c_str(), true);
}

void connectHub() {
  while (!hub.connected()) {
    if (hub.connect("esp32-desk", "lamp/desk/status", 1, true, "offline")) {
      hub.publish("lamp/desk/info", INFO, true);
      hub.publish("lamp/desk/status", "online", true);
      hub.subscribe("lamp/desk/light", 1);
    } else {
      delay(1000);
    }
  }
}

void setup() {
  pinMode(LAMP, OUTPUT);
  WiFi.begin(WIFI_NAME, WIFI_PASSWORD);
  while (WiFi.status() != WL_CONNECTED) delay(200);
  hub.setServer(HUB, 1883);
  hub.setBufferSize(512);  // The description is longer than the 256 bytes that PubSubClient allows by itself.
  hub.setCallback(setLight);
}

void loop() {
  connectHub();
  hub.loop();
}
