import { Token } from 'aws-cdk-lib';
import { checkPort } from '../../shared/checks';
import { parseCidr } from '../../shared/cidr';
import { InvalidValue } from '../../shared/invalid-value';
import type { NetworkListenerOptions } from './network-load-balancer';

/** Throws `InvalidValue` for listeners that Elastic Load Balancing refuses. */
export function checkListeners(listeners: readonly NetworkListenerOptions[]): void {
  if (listeners.length === 0) throw new InvalidValue('listeners', [], 'at least one listener');
  const ports = listeners.map(({ port }) => port);
  const twice = ports.find((port, index) => ports.indexOf(port) !== index);
  if (twice !== undefined) {
    throw new InvalidValue('listeners.port', twice, 'each port once; TCP_UDP is for both protocols');
  }
  for (const { port, protocol, targetPort = port, certificates = [], proxyProtocol = false } of listeners) {
    checkPort('listeners.port', port);
    checkPort('listeners.targetPort', targetPort);
    const count = certificates.length;
    if (protocol === 'TLS' && count === 0) {
      throw new InvalidValue('listeners.certificates', count, 'at least one for the protocol TLS');
    }
    if (protocol !== 'TLS' && count > 0) {
      throw new InvalidValue('listeners.certificates', count, `none for the protocol ${protocol}`);
    }
    // "The load balancer prepends a proxy protocol header to the TCP data."
    if (proxyProtocol && protocol.includes('UDP')) {
      throw new InvalidValue(
        'listeners.proxyProtocol',
        true,
        'false for UDP, which keeps the address itself',
      );
    }
  }
}

/** Throws `InvalidValue` for clients that are no IPv4 networks. */
export function checkClients(clients: readonly string[]): void {
  if (clients.length === 0) throw new InvalidValue('clients', clients, 'at least one network');
  for (const client of clients) if (!Token.isUnresolved(client)) parseCidr('clients', client);
}
