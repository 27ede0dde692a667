import { join } from 'node:path';
import { copyFile, startService } from '../../shared/systemd';

/** Ports of the echo servers. */
export const PORTS = { echo: 7000, proxied: 7001, tls: 8443, health: 8080 };

const FOLDER = '/opt/echo';
const OPTIONS = Object.entries(PORTS)
  .map(([name, port]) => `--${name} ${port}`)
  .join(' ');

const program = (name: string) => copyFile(`${FOLDER}/${name}`, join(__dirname, 'app', name));

/** Commands that install Node.js, create a key with a self-signed certificate, and start `echo.mjs`. */
export function startEcho(): string[] {
  return [
    'set -euo pipefail',
    // From the repositories of Amazon Linux, which are in S3. https://docs.aws.amazon.com/linux/al2023/ug/nodejs.html
    'dnf install --assumeyes nodejs24 openssl',
    `mkdir -p ${FOLDER}`,
    program('echo.mjs'),
    program('proxy-protocol.mjs'),
    `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj /CN=echo -keyout ${FOLDER}/key.pem -out ${FOLDER}/cert.pem`,
    ...startService('echo', {
      description: 'Echo',
      command: `/usr/bin/node-24 ${FOLDER}/echo.mjs ${OPTIONS} --key %d/key.pem --cert ${FOLDER}/cert.pem`,
      // The dynamic user cannot read the key. systemd hands it over.
      settings: [`LoadCredential=key.pem:${FOLDER}/key.pem`],
    }),
  ];
}
