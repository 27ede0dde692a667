import type { Resource } from '../templates';
import { parseAddresses, type AddressSet } from '../network/model/addresses';
import type { Place } from '../network/questions/question';
import type { IConstruct } from 'constructs';

/** A request to a load balancer. */
export interface RequestQuestion {
  /** The load balancer: a construct, its path, or a resource. */
  readonly to: string | IConstruct | Resource;
  /**
   * `http://` or `https://` with host, port, path and query: `https://shop.example.org/cart?step=2`. For a Network Load
   * Balancer also `tcp://`, `tls://` or `udp://` with host and port: `udp://game.example.org:7777`.
   */
  readonly url: string;
  /** @default GET */
  readonly method?: string;
  /** A header that is not here is not in the request. `Host` is the host of the URL, unless it is here. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Address or CIDR block of the client, as the load balancer sees it. @default - not known */
  readonly sourceAddress?: string;
  /** Server name of the TLS handshake (SNI); '' for none. @default - the host of the URL */
  readonly serverName?: string;
  /** Whether the client presents a certificate (mutual TLS). @default false */
  readonly clientCertificate?: boolean;
}

/** A request, and where it comes from. */
export interface SendQuestion extends RequestQuestion {
  /** A place as in a question about the network: `internet`, an address, a construct, ... */
  readonly from: Place;
  /**
   * Every node of the load balancer has to be reached from the place, and every target from each node.
   * @default false - one node and one of its targets
   */
  readonly every?: boolean;
}

export type Scheme = 'http' | 'https' | 'tcp' | 'tls' | 'udp';

/** A request, read. */
export interface Request {
  readonly url: string;
  readonly scheme: Scheme;
  readonly host: string;
  readonly port: number;
  /** As the client sends it, without the query. */
  readonly path: string;
  /** Without the question mark. Empty for none. */
  readonly query: string;
  readonly method: string;
  /** Names are in lower case. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  /** The addresses that the client may have. Undefined when that is not known. */
  readonly source?: AddressSet;
  readonly serverName?: string;
  readonly clientCertificate: boolean;
}

const URL_PARTS =
  /^([a-z]+):\/\/(\[[\da-f:.]+\]|[^/?#:@\s]+)(?::(\d+))?(\/[^?#\s]*)?(?:\?([^#\s]*))?(?:#.*)?$/i;
const SCHEMES: Readonly<Record<string, Scheme>> = {
  http: 'http',
  ws: 'http',
  https: 'https',
  wss: 'https',
  tcp: 'tcp',
  tls: 'tls',
  udp: 'udp',
};
const DEFAULT_PORTS: Partial<Record<Scheme, number>> = { http: 80, https: 443 };

/** Throws an error of one line for a URL, an address or a method that cannot be. */
export function readRequest(question: RequestQuestion): Request {
  const { url, method = 'GET', headers = {}, sourceAddress, clientCertificate = false } = question;
  const parts = URL_PARTS.exec(url);
  const scheme = SCHEMES[String(parts?.[1]).toLowerCase()];
  if (!parts || !scheme) {
    throw new Error(
      `url ${url}: expected http:// or https:// with a host, or tcp://, tls:// or udp:// with host and port`,
    );
  }
  const [, , host = '', givenPort, path = '/', query = ''] = parts;
  const port = givenPort === undefined ? DEFAULT_PORTS[scheme] : Number(givenPort);
  if (port === undefined || port < 1 || port > 65535) {
    throw new Error(`url ${url}: expected a port from 1 to 65535, got ${givenPort ?? 'none'}`);
  }
  if (!/^[A-Z_-]{1,40}$/.test(method)) throw new Error(`method ${method}: expected 1 to 40 of A-Z, - and _`);
  const isName = !/^[\d.]+$|^\[/.test(host);
  const given = Object.entries(headers).map(
    ([name, value]) => [name.toLowerCase(), typeof value === 'string' ? [value] : value] as const,
  );
  return {
    url,
    scheme,
    host: host.toLowerCase(),
    port,
    path,
    query,
    method,
    headers: new Map([['host', [host]], ...given]),
    source: sourceAddress === undefined ? undefined : parseAddresses(sourceAddress),
    // RFC 6066: no literal addresses.
    serverName: (question.serverName ?? (isName ? host : '')).toLowerCase() || undefined,
    clientCertificate,
  };
}
