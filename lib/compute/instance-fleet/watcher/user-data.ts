import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const PROGRAM = '/opt/fleet/watch-interruption';

/** It ends after a notice, and starts again after any other end. */
const SERVICE = `[Unit]
Description=Stops fleet.service before EC2 interrupts this Spot Instance
Wants=network-online.target
After=network-online.target

[Service]
ExecStart=${PROGRAM}
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
Restart=on-failure
RestartSec=1

[Install]
WantedBy=multi-user.target
`;

const file = (path: string, content: string) => `cat > ${path} <<'EOF'\n${content}EOF`;

/** Commands that write and start the watcher. They download nothing. */
export function startWatcher(): string[] {
  return [
    'mkdir -p /opt/fleet',
    file(PROGRAM, readFileSync(join(__dirname, 'watch-interruption.sh'), 'utf8')),
    `chmod 755 ${PROGRAM}`,
    file('/etc/systemd/system/fleet-interruption.service', SERVICE),
    'systemctl enable --now fleet-interruption',
  ];
}
