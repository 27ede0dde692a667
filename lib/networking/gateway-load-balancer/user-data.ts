import { join } from 'node:path';
import { copyFile, startService } from '../../shared/systemd';

/** TCP port on which the appliance accepts health checks. */
export const HEALTH_CHECK_PORT = 8080;

const PROGRAM = '/opt/appliance/appliance.py';

/**
 * Commands that write and start the appliance. They download nothing, because the appliances have no internet access.
 * Python is part of Amazon Linux 2023.
 */
export function startAppliance(): string[] {
  return [
    'set -euo pipefail',
    'mkdir -p /opt/appliance',
    copyFile(PROGRAM, join(__dirname, 'appliance', 'appliance.py')),
    ...startService('appliance', {
      description: 'Returns packets to the Gateway Load Balancer',
      command: `/usr/bin/python3 ${PROGRAM}`,
      settings: ['RestrictAddressFamilies=AF_INET', 'LimitNOFILE=8192'],
    }),
  ];
}
