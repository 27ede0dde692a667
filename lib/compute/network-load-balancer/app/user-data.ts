import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Ports of the echo servers. */
export const PORTS = { echo: 7000, proxied: 7001, tls: 8443, health: 8080 };

const FOLDER = '/opt/echo';
const OPTIONS = Object.entries(PORTS)
  .map(([name, port]) => `--${name} ${port}`)
  .join(' ');

/** systemd runs the server as a dynamic user, which cannot read the key: systemd hands it over. */
const SERVICE = `[Unit]
Description=Echo
Wants=network-online.target
After=network-online.target

[Service]
LoadCredential=key.pem:${FOLDER}/key.pem
ExecStart=/usr/bin/node-24 ${FOLDER}/echo.mjs ${OPTIONS} --key %d/key.pem --cert ${FOLDER}/cert.pem
DynamicUser=yes
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateDevices=yes
Restart=always
RestartSec=1

[Install]
WantedBy=multi-user.target
`;

const file = (path: string, content: string) => `cat > ${path} <<'EOF'\n${content}EOF`;
const program = (name: string) => file(`${FOLDER}/${name}`, readFileSync(join(__dirname, name), 'utf8'));

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
    file('/etc/systemd/system/echo.service', SERVICE),
    'systemctl enable --now echo',
  ];
}
