import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** TCP port on which the appliance accepts health checks. */
export const HEALTH_CHECK_PORT = 8080;

const PROGRAM = '/opt/appliance/appliance.py';

/** systemd creates a user for the service and restarts the service when it ends. The user cannot write to the file system. */
const SERVICE = `[Unit]
Description=Returns packets to the Gateway Load Balancer
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
 * Commands that write and start the appliance. They download nothing, because the appliances have no internet access.
 * Python is part of Amazon Linux 2023.
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
