import { generateKeyPairSync, sign } from 'node:crypto';

/*
 * A self-signed certificate, made with Node.js alone. X.509 in DER: each value has a tag, a length and its content.
 * https://www.rfc-editor.org/rfc/rfc5280#section-4.1
 */
function der(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  if (body.length < 128) return Buffer.concat([Buffer.from([tag, body.length]), body]);
  const length = Buffer.from([body.length >> 8, body.length & 255]);
  return Buffer.concat([Buffer.from([tag, 0x82]), length, body]);
}
const sequence = (...content: readonly Uint8Array[]) => der(0x30, ...content);
const hex = (tag: number, text: string) => der(tag, Buffer.from(text, 'hex'));
const ECDSA_WITH_SHA256 = sequence(hex(0x06, '2a8648ce3d040302'));
const COMMON_NAME = hex(0x06, '550403');

const pem = (label: string, bytes: Buffer) => {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
};

/** A new P-256 key and its certificate, in PEM. */
export function selfSigned(commonName: string): { readonly key: string; readonly cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const time = (text: string) => der(0x17, Buffer.from(text));
  const name = sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, Buffer.from(commonName)))));
  const certified = sequence(
    hex(0xa0, '020102'),
    hex(0x02, '01'),
    ECDSA_WITH_SHA256,
    name,
    sequence(time('200101000000Z'), time('491231235959Z')),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
  );
  const signature = der(0x03, Buffer.from([0]), sign('sha256', certified, privateKey));
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: pem('CERTIFICATE', sequence(certified, ECDSA_WITH_SHA256, signature)),
  };
}
