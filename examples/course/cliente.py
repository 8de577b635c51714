"""O cliente da primeira aula: diz o nome, mostra o que ouve, espera cinco segundos e sai.

    pip install "python-socketio[client]"      # no Debian: apt install python3-socketio python3-websocket
    node examples/greeting-server.js           # em outro terminal
    python3 examples/course/cliente.py Ana
"""

import os
import sys
import time

import socketio

endereco = os.environ.get("PINHUB_HUB", "http://localhost:5000")
nome = sys.argv[1] if len(sys.argv) > 1 else "Ana"
estado = f"greeting/{nome}/status"
cliente = socketio.Client()


@cliente.on("messages")
def ao_receber(mensagens):
    for topico, texto, _ in mensagens:
        print(f"O hub diz: {texto}")


try:
    # A última vontade: é o que o hub publica se sairmos sem avisar.
    vontade = {"topic": estado, "payload": "offline", "retain": False}
    cliente.connect(endereco, transports=["websocket"], auth={"will": vontade})
except socketio.exceptions.ConnectionError as erro:
    sys.exit(f"Não há hub em {endereco} ({erro}). Inicie um em outro terminal: node examples/greeting-server.js")

cliente.call("subscribe", "greeting")
cliente.call("publish", (estado, "online"))
time.sleep(5)
print("Desconectando.")
cliente.call("publish", (estado, "offline"))
cliente.disconnect()
