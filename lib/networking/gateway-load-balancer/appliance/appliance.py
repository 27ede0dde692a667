"""
A bump in the wire: hands every packet that a gateway load balancer sends straight back to it.

It inspects nothing: yours goes in its place. What any appliance must do is here. It takes GENEVE on UDP port 6081 and
sends it back there with the header as it came, whose options tell the load balancer which flow it belongs to. The
outer addresses are swapped, the ports are not. It accepts TCP connections for health checks.

https://aws.amazon.com/blogs/networking-and-content-delivery/integrate-your-custom-logic-or-appliance-with-aws-gateway-load-balancer/
https://www.rfc-editor.org/rfc/rfc8926
"""

import functools
import socket
import sys
import threading

GENEVE_PORT = 6081
HEALTH_CHECK_PORT = 8080
# The load balancer spreads flows over source ports. Each port that replies are sent from is a socket.
SENDERS = 4096


def is_geneve(packet):
    """Version 0, and long enough for the options that the header announces."""
    return len(packet) >= 8 and packet[0] >> 6 == 0 and len(packet) >= 8 + 4 * (packet[0] & 0x3F)


@functools.lru_cache(maxsize=SENDERS)
def sender(address, port):
    """A socket that sends from that port; closed when it has been forgotten."""
    opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    opened.bind((address, port))
    return opened


def hand_back(geneve, address):
    while True:
        packet, (balancer, port) = geneve.recvfrom(65535)
        if not is_geneve(packet):
            continue
        try:
            replies = geneve if port == GENEVE_PORT else sender(address, port)
            replies.sendto(packet, (balancer, GENEVE_PORT))
        except OSError:
            # A port that another process uses, a full queue: the packet is lost, as on any network.
            pass


def answer_health_checks(listener):
    while True:
        connection, _ = listener.accept()
        connection.close()


def main(address="0.0.0.0"):
    geneve = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    geneve.bind((address, GENEVE_PORT))
    # It answers for as long as the process lives, and the process lives for as long as packets are handed back.
    health_checks = socket.create_server((address, HEALTH_CHECK_PORT))
    threading.Thread(target=answer_health_checks, args=(health_checks,), daemon=True).start()
    hand_back(geneve, address)


if __name__ == "__main__":
    main(*sys.argv[1:])
