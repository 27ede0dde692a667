import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the appliance answers health checks. */
export const HEALTH_CHECK_PORT = 8080;

const PROGRAM = '/opt/appliance/appliance.py';

/** Runs as a user that is made up for it, may write nowhere, and is started again when it ends. */
const SERVICE = `[Unit]
Description=Hands packets back to the gateway load balancer
Wants=network-online.target
After=network-online.target

[Service]
ExecStart=/usr/bin/python3 ${PROGRAM}
DynamicUser=yes
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateDevices=yes
RestrictAddressFamilies=AF_INET
LimitNOFILE=8192
Restart=always
RestartSec=1

[Install]
WantedBy=multi-user.target
`;

const file = (path: string, content: string) => `cat > ${path} <<'EOF'\n${content}EOF`;

/**
 * Commands that write and start the appliance. Amazon Linux 2023 has Python, so that nothing is downloaded: there is
 * nowhere to download it from.
 */
export function startAppliance(): string[] {
  return [
    'set -euo pipefail',
    'mkdir -p /opt/appliance',
    file(PROGRAM, readFileSync(join(__dirname, 'appliance.py'), 'utf8')),
    file('/etc/systemd/system/appliance.service', SERVICE),
    'systemctl enable --now appliance',
  ];
}
