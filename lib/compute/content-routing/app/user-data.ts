import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = '/opt/applications';

/** systemd runs the server as a dynamic user on a read-only file system, and restarts it when it ends. */
const SERVICE = `[Unit]
Description=Applications
Wants=network-online.target
After=network-online.target

[Service]
ExecStart=/usr/bin/node-24 ${FOLDER}/server.mjs ${FOLDER}/applications.json
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

/** Commands that install Node.js and start `server.mjs`. `applications` is its configuration in JSON. */
export function startApplications(applications: string): string[] {
  return [
    'set -euo pipefail',
    // From the repositories of Amazon Linux, which are in S3. https://docs.aws.amazon.com/linux/al2023/ug/nodejs.html
    'dnf install --assumeyes nodejs24',
    `mkdir -p ${FOLDER}`,
    file(`${FOLDER}/server.mjs`, readFileSync(join(__dirname, 'server.mjs'), 'utf8')),
    file(`${FOLDER}/applications.json`, `${applications}\n`),
    file('/etc/systemd/system/applications.service', SERVICE),
    'systemctl enable --now applications',
  ];
}
