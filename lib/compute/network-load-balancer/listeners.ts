import { Token } from 'aws-cdk-lib';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import { checkPort } from '../../shared/checks';
import { parseCidr } from '../../shared/cidr';
import { InvalidValue } from '../../shared/invalid-value';

/** A listener, and the port of the target to which it forwards. */
export interface NetworkListenerOptions {
  /**
   * - `TCP`: passes connections on. TLS passes through: certificate and key are on the targets only.
   * - `UDP`, `TCP_UDP`: passes datagrams on, and with `TCP_UDP` connections to the same port too.
   * - `TLS`: ends TLS at the load balancer, with the certificates.
   */
  readonly protocol: 'TCP' | 'UDP' | 'TCP_UDP' | 'TLS';
  /** Port of the listener, 1 to 65,535. */
  readonly port: number;
  /** Port of the target, 1 to 65,535. @default - the port of the listener */
  readonly targetPort?: number;
  /**
   * Certificates of a `TLS` listener. The first one is the default, the others are chosen by SNI.
   * @default - none; `TLS` needs at least one
   */
  readonly certificates?: readonly ICertificate[];
  /**
   * Whether the load balancer sends a PROXY protocol v2 header before the data of each connection. For `TCP` and `TLS`.
   * Health checks have no such header.
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html#proxy-protocol
   * @default false
   */
  readonly proxyProtocol?: boolean;
}

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
