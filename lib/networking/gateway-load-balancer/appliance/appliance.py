"""
An appliance that returns every packet to the Gateway Load Balancer unchanged.

It inspects nothing. Replace it with your own appliance. It does what every appliance must do. It receives GENEVE on UDP
port 6081 and returns each packet with the same GENEVE header, whose options identify the flow. It swaps the outer
addresses and keeps the ports. It accepts TCP connections for health checks.

https://aws.amazon.com/blogs/networking-and-content-delivery/integrate-your-custom-logic-or-appliance-with-aws-gateway-load-balancer/
https://www.rfc-editor.org/rfc/rfc8926
"""

import functools
import socket
import sys
import threading

GENEVE_PORT = 6081
HEALTH_CHECK_PORT = 8080
# The load balancer uses many source ports. The appliance opens one socket for each port that it replies from.
SENDERS = 4096


def is_geneve(packet):
    """True for GENEVE version 0 whose options fit into the packet."""
    return len(packet) >= 8 and packet[0] >> 6 == 0 and len(packet) >= 8 + 4 * (packet[0] & 0x3F)


@functools.lru_cache(maxsize=SENDERS)
def sender(address, port):
    """Return a socket bound to that port. The least recently used socket is closed when the cache is full."""
    opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    opened.bind((address, port))
    return opened


def return_packets(geneve, address):
    while True:
        packet, (balancer, port) = geneve.recvfrom(65535)
        if not is_geneve(packet):
            continue
        try:
            replies = geneve if port == GENEVE_PORT else sender(address, port)
            replies.sendto(packet, (balancer, GENEVE_PORT))
        except OSError:
            # The port is in use, or the send queue is full. Drop the packet, as a network does.
            pass


def accept_health_checks(listener):
    while True:
        connection, _ = listener.accept()
        connection.close()


def main(address="0.0.0.0"):
    geneve = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    geneve.bind((address, GENEVE_PORT))
    # Health checks succeed while the process runs. The process ends when it can no longer return packets.
    health_checks = socket.create_server((address, HEALTH_CHECK_PORT))
    threading.Thread(target=accept_health_checks, args=(health_checks,), daemon=True).start()
    return_packets(geneve, address)


if __name__ == "__main__":
    main(*sys.argv[1:])
