import { Buffer } from 'node:buffer';
import { isIPv6 } from 'node:net';

/*
 * PROXY protocol version 2. A Network Load Balancer sends this header once, before the data of a connection.
 * https://www.haproxy.org/download/2.9/doc/proxy-protocol.txt, section 2.2
 */
const SIGNATURE = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');
const FIXED = 16;
const ADDRESS_BYTES = { 1: 4, 2: 16 };

/**
 * Reads the header at the start of what a connection sent so far: its length, source and destination. They are undefined
 * for a connection of the load balancer itself. Returns undefined while bytes are missing. Throws if it is no such header.
 */
export function readProxyHeader(bytes) {
  const start = bytes.subarray(0, SIGNATURE.length);
  if (!start.equals(SIGNATURE.subarray(0, start.length))) throw new Error('no PROXY protocol v2 signature');
  if (bytes.length < FIXED) return undefined;
  const [version, command] = [bytes[12] >> 4, bytes[12] & 15];
  if (version !== 2 || command > 1)
    throw new Error(`version ${version}, command ${command}: expected 2, 0 or 1`);
  const size = bytes.readUInt16BE(14);
  const length = FIXED + size;
  if (bytes.length < length) return undefined;
  const width = ADDRESS_BYTES[bytes[13] >> 4];
  // LOCAL, or a family that is not IP: the addresses are not those of a client.
  if (command === 0 || width === undefined) return { length };
  if (size < 2 * width + 4) throw new Error(`${size} bytes: too few for two addresses and two ports`);
  const addressAt = (index) => addressOf(bytes.subarray(FIXED + index * width, FIXED + (index + 1) * width));
  const portAt = (index) => bytes.readUInt16BE(FIXED + 2 * width + 2 * index);
  // Type-length-value fields may follow. AWS has one for the id of a VPC endpoint.
  return {
    length,
    source: { address: addressAt(0), port: portAt(0) },
    destination: { address: addressAt(1), port: portAt(1) },
  };
}

function addressOf(bytes) {
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(2 * index).toString(16));
  return groups.join(':');
}

/** `203.0.113.7:50000`, `[2001:db8:0:0:0:0:0:1]:50000`. */
export const show = ({ address, port }) => (isIPv6(address) ? `[${address}]:${port}` : `${address}:${port}`);
